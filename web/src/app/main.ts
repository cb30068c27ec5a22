import { mount } from "svelte";
import "../shared/tokens.css";
import App from "./App.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("app.html lacks its #app element");
mount(App, { target });
