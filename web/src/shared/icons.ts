// The icons of the pages outside the app: one path each, on a grid of 24.

const ring = "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0";

export const user = "M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4.5 20c.6-4 3.4-6.2 7.5-6.2s6.9 2.2 7.5 6.2";
export const clock = `${ring}M12 7.5V12l3 2`;
export const one = `${ring}M10.3 9.3l2-1.3v8`;
export const warning = "M12 4l9 16H3ZM12 10v4.5M12 17.2v.1";
export const globe = `${ring}M3.5 12h17M12 3.5c2.5 2.4 3.8 5.2 3.8 8.5s-1.3 6.1-3.8 8.5c-2.5-2.4-3.8-5.2-3.8-8.5s1.3-6.1 3.8-8.5Z`;
export const eye =
  "M2.5 12c2.2-4.3 5.4-6.5 9.5-6.5s7.3 2.2 9.5 6.5c-2.2 4.3-5.4 6.5-9.5 6.5S4.7 16.3 2.5 12ZM9 12a3 3 0 1 0 6 0a3 3 0 1 0-6 0";
export const eyeOff = `${eye}M4 20L20 4`;
export const copy =
  "M11 8.5h7a2.5 2.5 0 0 1 2.5 2.5v7a2.5 2.5 0 0 1-2.5 2.5h-7a2.5 2.5 0 0 1-2.5-2.5v-7a2.5 2.5 0 0 1 2.5-2.5ZM15.5 5.5v-.2a2 2 0 0 0-2-1.8h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 1.8 2h.2";
export const check = "M5 12.5l4.5 4.5L19 7.5";
export const out =
  "M13.5 4.5h6v6M19 5l-8.5 8.5M17.5 14v3.5a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2H10";
export const phone = "M9 3h6a2.5 2.5 0 0 1 2.5 2.5v13A2.5 2.5 0 0 1 15 21H9a2.5 2.5 0 0 1-2.5-2.5v-13A2.5 2.5 0 0 1 9 3ZM11 17.8h2";
export const link =
  "M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1";
export const broken =
  "M9.5 8H7.5a4 4 0 0 0 0 8h2M14.5 8h2a4 4 0 0 1 0 8h-2M12 3v2.5M12 18.5V21M16 3.5l-1 1.7M8 20.5l1-1.7";
export const shield =
  "M12 3L4.5 6v5.5c0 4.7 3.1 7.9 7.5 9.5c4.4-1.6 7.5-4.8 7.5-9.5V6ZM8.8 12l2.2 2.2l4.2-4.4";
export const key = "M4 15.5a4 4 0 1 0 8 0a4 4 0 1 0-8 0M11 12.5l8-8M16 7.5l2.5 2.5M13.5 10l1.5 1.5";
export const cloud = "M7 18.5a4 4 0 0 1-.6-8a5.6 5.6 0 0 1 10.9-.6A4.3 4.3 0 0 1 17 18.5ZM4 20L20 4";
export const mail = "M5 5.5h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2ZM3.5 7l8.5 6l8.5-6";
