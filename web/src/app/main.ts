import "../shared/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/forms.css";
import "./styles/cards.css";
import "./styles/overlays.css";
import "./styles/shell.css";
import "./styles/content.css";
import "./styles/flows.css";
import { mount } from "svelte";
import { language } from "../shared/language";
import App from "./App.svelte";

document.documentElement.lang = language;
const target = document.getElementById("app");
if (target) mount(App, { target });
