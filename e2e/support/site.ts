// A server of its own for every test: an empty temporary folder, the sample
// workspace, a free port. Nothing one test does can reach another.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "../..");
const BINARY = process.env.GUESTPASS_TEST_BINARY ?? join(ROOT, "target/debug/guestpass");
const START_LIMIT_MS = 30_000;

export interface Site {
  /** Scheme, host and port, as mails and links carry them. */
  origin: string;
  stop(): Promise<void>;
  /** Ends the server the hard way and starts it again on the same data and port. */
  crashAndRestart(): Promise<void>;
  /** Adds a workspace as the operator does; gives where its people sign in. */
  addWorkspace(name: string, owner: { email: string; first: string; last: string }): Promise<string>;
}

export async function startSite(): Promise<Site> {
  const data = await mkdtemp(join(tmpdir(), "guestpass-e2e-"));
  const port = await freePort();
  let server = await launch(port, data);
  return {
    origin: server.origin,
    async crashAndRestart() {
      await end(server.process, "SIGKILL");
      server = await launch(port, data);
    },
    async addWorkspace(name, owner) {
      const { stdout } = await promisify(execFile)(BINARY, [
        ...["workspace", "add", "--name", name, "--owner-email", owner.email],
        ...["--owner-first-name", owner.first, "--owner-last-name", owner.last],
        ...["--server-public-url", server.origin, "--mail-from", "guestpass@larkfield.example"],
        ...["--mail-transport", "folder", "--mail-folder", join(data, "mails")],
        ...["--keys-file", join(data, "root.key"), "--keys-epoch-dir", join(data, "epochs")],
        // Of what is said in the environment, the command knows the configuration alone.
      ], { env: { GUESTPASS_DATABASE_URL: `sqlite:${join(data, "guestpass.db")}` } });
      const address = /https?:\/\/\S+\/sign-in\/wsp_\w+/.exec(stdout)?.[0];
      if (!address) throw new Error(`no sign-in address in: ${stdout}`);
      return address;
    },
    async stop() {
      await end(server.process, "SIGTERM");
      await rm(data, { recursive: true, force: true });
    },
  };
}

interface Server {
  process: ChildProcess;
  origin: string;
}

async function launch(port: number, data: string): Promise<Server> {
  const child = spawn(BINARY, ["demo", "--listen", `127.0.0.1:${port}`, "--data", data], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Whatever ends this process takes the server along.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));

  let printed = "";
  const origin = await new Promise<string>((found, failed) => {
    const late = setTimeout(() => fail("did not say where it listens"), START_LIMIT_MS);
    const fail = (why: string) => {
      clearTimeout(late);
      failed(new Error(`the server ${why}:\n${printed}`));
    };
    const listen = (chunk: Buffer) => {
      printed += chunk.toString();
      const address = new RegExp(`https?://[\\w.-]+:${port}`).exec(printed);
      if (address) {
        clearTimeout(late);
        found(address[0]);
      }
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("exit", (code) => fail(`ended with ${code}`));
  });
  await answering(origin);
  return { process: child, origin };
}

/** Waits until the server answers; it may say where it listens a moment before it does. */
async function answering(origin: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await fetch(`${origin}/s`, { method: "HEAD" });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((again) => setTimeout(again, 20));
    }
  }
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  const impatient = setTimeout(() => child.kill("SIGKILL"), 10_000);
  child.kill(signal);
  await gone;
  clearTimeout(impatient);
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === "object") found(address.port);
        else failed(new Error("no free port"));
      });
    });
  });
}
