// Starts the program under test on free ports with a database of its own, reads the sign-in that it prints, and stops it.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
export const binary = resolve(root, process.env.WHEREABOUTS_PROGRAM ?? "target/debug/whereabouts");

export interface Program {
  /** Where the pages are, without a slash at the end. */
  address: string;
  /** The simulated SAP Concur. */
  sandbox: string;
  email: string;
  password: string;
  /** A member of the service's staff, made as README says; the password is the administrator's. */
  operator(): Promise<string>;
  /** `--database-url`, for commands beside the running program. */
  database: string;
  /** Everything that it has written so far. */
  log(): string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** `whereabouts demo …`, ready to be looked at. */
export async function startDemo(...options: string[]): Promise<Program> {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "whereabouts-end2end-"));
  const child = spawn(
    binary,
    ["demo", "--bind", `127.0.0.1:${port}`, "--sandbox-bind", `127.0.0.1:${sandboxPort}`, "--dir", folder, ...options],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env.PATH, HOME: folder } },
  );
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await once(child, "exit");
      clearTimeout(forced);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const address = `http://127.0.0.1:${port}`;
  try {
    await until("the demo to say where it is", child, () => said, () => /Stop with Ctrl-C/.test(said));
    await until("the demo to be ready", child, () => said, async () => (await fetch(`${address}/readyz`)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  // An unconnected demo has no sign-in yet.
  const email = said.match(/^Sign in +(\S+)$/m)?.[1] ?? "";
  const password = said.match(/^Password +(\S+)$/m)?.[1] ?? "";
  const operator = async () => {
    const staff = "staff@whereabouts.example";
    const url = `sqlite://${join(folder, "whereabouts.db")}`;
    const add = spawn(binary, ["user", "add", "--email", staff, "--role", "operator", "--database-url", url], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    add.stdin.end(password);
    await once(add, "exit");
    return staff;
  };
  return { operator, address, sandbox: `http://127.0.0.1:${sandboxPort}`, email, password, database: `sqlite://${folder}/whereabouts.db`, log: () => said, stop };
}

/** `whereabouts sandbox` and `whereabouts serve` beside each other, as an operator starts them; nothing is connected. */
export async function startService(options: Record<string, string>): Promise<Program> {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "whereabouts-end2end-"));
  const [address, sandbox] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${sandboxPort}`];
  const database = `sqlite://${folder}/whereabouts.db`;
  const children: ChildProcess[] = [];
  let said = "";
  const run = (words: string[], env: Record<string, string> = {}) => {
    const child = spawn(binary, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env.PATH, HOME: folder, ...env } });
    child.stdout.on("data", (text) => (said += text));
    child.stderr.on("data", (text) => (said += text));
    children.push(child);
    return child;
  };
  const stop = async () => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await once(child, "exit");
      clearTimeout(forced);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const world = ["--travelers", "20", "--seed", "11", "--speed", "0.001"];
  const files = ["--key-out", join(folder, "ess.pem"), "--secret-out", join(folder, "secret")];
  const there = ["--connect-uri", `${address}/connect`, "--webhook", `${address}/ess/events`];
  try {
    const concur = run(["sandbox", "--sandbox-bind", `127.0.0.1:${sandboxPort}`, ...world, ...files, ...there]);
    await until("the sandbox", concur, () => said, () => /Client id: +\S+[\s\S]*Company:/.test(said));
    const id = said.match(/Client id: +(\S+)/)?.[1] ?? "";
    const places = ["--bind", `127.0.0.1:${port}`, "--database-url", database, "--ess-public-keys", join(folder, "ess.pem")];
    const application = ["--concur-client-id", id, "--concur-client-secret-file", join(folder, "secret")];
    const service = run(["serve", ...places, ...application, "--concur-token-base", sandbox, "--concur-allow", sandbox, "--concur-data-centres", sandbox], options);
    await until("the service", service, () => said, async () => (await fetch(`${address}/readyz`)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  const operator = async (): Promise<string> => {
    throw new Error("nobody has an account here yet");
  };
  return { operator, address, sandbox, email: "", password: "", database, log: () => said, stop };
}

/** A verification code, as the operator issues it. */
export function issueCode(program: Program): string {
  return execFileSync(binary, ["code", "add", "--note", "browser test", "--database-url", program.database], { encoding: "utf8" }).trim();
}

/** Asks until the answer is yes, the program ends, or two minutes are over. */
async function until(what: string, child: ChildProcess, said: () => string, yes: () => boolean | Promise<boolean>) {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`waiting for ${what}, the program ended with ${child.exitCode}:\n${said()}`);
    try {
      if (await yes()) return;
    } catch {
      // not listening yet
    }
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error(`waited two minutes for ${what}. It said:\n${said()}`);
}
