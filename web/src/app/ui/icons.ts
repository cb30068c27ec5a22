// Every icon of the app (lucide, ISC licence), under the names the components use.

import Activity from "@lucide/svelte/icons/activity";
import ArrowRight from "@lucide/svelte/icons/arrow-right";
import Ban from "@lucide/svelte/icons/ban";
import Check from "@lucide/svelte/icons/check";
import ChevronDown from "@lucide/svelte/icons/chevron-down";
import ChevronRight from "@lucide/svelte/icons/chevron-right";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import Clock from "@lucide/svelte/icons/clock";
import Copy from "@lucide/svelte/icons/copy";
import Download from "@lucide/svelte/icons/download";
import Ellipsis from "@lucide/svelte/icons/ellipsis";
import ExternalLink from "@lucide/svelte/icons/external-link";
import Eye from "@lucide/svelte/icons/eye";
import EyeOff from "@lucide/svelte/icons/eye-off";
import File from "@lucide/svelte/icons/file";
import Fingerprint from "@lucide/svelte/icons/fingerprint-pattern";
import Globe from "@lucide/svelte/icons/globe";
import Hash from "@lucide/svelte/icons/hash";
import Info from "@lucide/svelte/icons/info";
import KeyRound from "@lucide/svelte/icons/key-round";
import LayoutGrid from "@lucide/svelte/icons/layout-grid";
import Link from "@lucide/svelte/icons/link";
import List from "@lucide/svelte/icons/list";
import LogIn from "@lucide/svelte/icons/log-in";
import LogOut from "@lucide/svelte/icons/log-out";
import Mail from "@lucide/svelte/icons/mail";
import Monitor from "@lucide/svelte/icons/monitor";
import Moon from "@lucide/svelte/icons/moon";
import NotebookText from "@lucide/svelte/icons/notebook-text";
import Paperclip from "@lucide/svelte/icons/paperclip";
import Pencil from "@lucide/svelte/icons/pencil";
import Plus from "@lucide/svelte/icons/plus";
import QrCode from "@lucide/svelte/icons/qr-code";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Search from "@lucide/svelte/icons/search";
import Settings from "@lucide/svelte/icons/settings";
import Share from "@lucide/svelte/icons/share-2";
import ShieldCheck from "@lucide/svelte/icons/shield-check";
import Sun from "@lucide/svelte/icons/sun";
import Trash from "@lucide/svelte/icons/trash-2";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import Upload from "@lucide/svelte/icons/upload";
import User from "@lucide/svelte/icons/user";
import UserMinus from "@lucide/svelte/icons/user-minus";
import UserPlus from "@lucide/svelte/icons/user-plus";
import Users from "@lucide/svelte/icons/users";
import WifiOff from "@lucide/svelte/icons/wifi-off";
import X from "@lucide/svelte/icons/x";

export const icons = {
  activity: Activity,
  "arrow-right": ArrowRight,
  ban: Ban,
  check: Check,
  "chevron-down": ChevronDown,
  "chevron-right": ChevronRight,
  "circle-check": CircleCheck,
  clock: Clock,
  copy: Copy,
  download: Download,
  ellipsis: Ellipsis,
  "external-link": ExternalLink,
  eye: Eye,
  "eye-off": EyeOff,
  file: File,
  globe: Globe,
  hash: Hash,
  info: Info,
  key: KeyRound,
  grid: LayoutGrid,
  link: Link,
  list: List,
  "log-in": LogIn,
  "log-out": LogOut,
  mail: Mail,
  monitor: Monitor,
  moon: Moon,
  note: NotebookText,
  paperclip: Paperclip,
  passkey: Fingerprint,
  pencil: Pencil,
  plus: Plus,
  "qr-code": QrCode,
  "rotate-ccw": RotateCcw,
  search: Search,
  settings: Settings,
  share: Share,
  shield: ShieldCheck,
  sun: Sun,
  trash: Trash,
  alert: TriangleAlert,
  upload: Upload,
  user: User,
  "user-minus": UserMinus,
  "user-plus": UserPlus,
  users: Users,
  "wifi-off": WifiOff,
  x: X,
};

export type IconName = keyof typeof icons;
