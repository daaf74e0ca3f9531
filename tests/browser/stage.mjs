// What the browser's tests need: a real hub, authorities' desks, devices of the command line, and browsers, each as
// a process of its own. Everything lies in one temporary folder and ends with the test.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');
const require = createRequire(join(root, 'client-web/package.json'));
const { chromium } = require('playwright-core');

export const PASSPHRASE = 'correct horse battery';

/** As long as a person would wait for what normally takes a moment, milliseconds. */
export const PATIENCE_MS = 30_000;

const BROWSER = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
};

/** The first line that a process prints as JSON. */
function firstLine(child) {
  return new Promise((done, failed) => {
    const lines = createInterface({ input: child.stdout });
    lines.once('line', (line) => done(JSON.parse(line)));
    child.once('exit', (code) => failed(new Error(`ended with ${code} before it said anything`)));
  });
}

/** A way to the hub that can be cut, as a network is. `port` gives the hub's when it is known. */
async function cable(port) {
  const ends = new Set();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(port(), '127.0.0.1');
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => {
        ends.delete(end);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() {
      isCut = true;
      for (const end of ends) end.destroy();
    },
    mend() {
      isCut = false;
    },
    close() {
      this.cut();
      server.close();
    },
  };
}

export class Stage {
  #children = [];
  #browsers = [];
  #cables = [];

  /** A hub that so many browsers will come to, each over a network of its own. */
  static async set(browsers) {
    const stage = new Stage();
    stage.folder = mkdtempSync(join(tmpdir(), 'entente-browser-'));
    // One more, for the command line.
    for (let i = 0; i <= browsers; i += 1) stage.#cables.push(await cable(() => stage.port));
    // The hub is signed for by the name that a device reaches it under.
    const names = stage.#cables.flatMap(({ url }) => ['--name', new URL(url).host]);
    const hub = stage.#spawn('entente-server', ['--data', join(stage.folder, 'hub'), '--listen', '127.0.0.1:0', '--json', ...names]);
    const { listening } = await firstLine(hub);
    stage.port = Number(listening.split(':').at(-1));
    stage.url = stage.#cables[browsers].url;
    return stage;
  }

  #spawn(program, args, passphrase = PASSPHRASE) {
    const child = spawn(join(root, 'target/debug', program), args, {
      stdio: ['ignore', 'pipe', process.env.ENTENTE_TEST_LOG ? 'inherit' : 'ignore'],
      env: { ...process.env, ENTENTE_PASSPHRASE: passphrase, ENTENTE_LANG: 'en' },
    });
    this.#children.push(child);
    return child;
  }

  /** Runs a command of the command line; its answer is what it printed, line by line as JSON. */
  entente(...args) {
    return this.ententeAs(PASSPHRASE, ...args);
  }

  /** The same with the passphrase of another folder. */
  ententeAs(passphrase, ...args) {
    return new Promise((done, failed) => {
      const options = { env: { ...process.env, ENTENTE_PASSPHRASE: passphrase }, maxBuffer: 64 << 20 };
      execFile(join(root, 'target/debug/entente'), [...args, '--json'], options, (error, stdout, stderr) => {
        if (error) failed(new Error(`entente ${args.join(' ')}: ${stderr || stdout}`));
        else done(stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line)));
      });
    });
  }

  dir(name) {
    return join(this.folder, name);
  }

  /** Makes a country's authority and opens its desk. */
  async authority(country) {
    const dir = this.dir(country);
    await this.entente('authority', 'init', '--country', country, '--name', `Bureau ${country}`, '--dir', dir);
    this.desk(PASSPHRASE, dir);
    return join(dir, 'authority.pem');
  }

  /** Opens the desk of an authority. */
  desk(passphrase, dir) {
    this.#spawn('entente', ['authority', 'desk', '--dir', dir, '--hub', this.url], passphrase);
  }

  /** A ticket for an officer. */
  async ticket(country, callsign, role) {
    const [{ ticket }] = await this.entente('authority', 'invite', '--dir', this.dir(country), '--officer', `${country}-${callsign.length}`, '--callsign', callsign, '--role', role);
    return ticket;
  }

  /** Enrols a device of the command line. */
  async device(country, callsign, role) {
    const dir = this.dir(callsign);
    const ticket = await this.ticket(country, callsign, role);
    const [device] = await this.entente('device', 'enrol', '--hub', this.url, '--ticket', ticket, '--dir', dir);
    return { dir, ...device };
  }

  /** A browser of its own, with a network of its own. */
  async browser(options = {}) {
    const profile = mkdtempSync(join(this.folder, 'profile-'));
    const wire = this.#cables[this.#browsers.length];
    const context = await chromium.launchPersistentContext(profile, {
      ...BROWSER,
      locale: 'en-GB',
      viewport: { width: 360, height: 740 },
      ...options,
    });
    this.#browsers.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = context.pages()[0] ?? (await context.newPage());
    const faults = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      // A network that is cut is said by the browser too.
      if (message.type() === 'error' && !/ERR_|Failed to load resource|WebSocket/.test(message.text())) faults.push(message.text());
    });
    return { context, page, wire, url: wire.url, faults };
  }

  /** What was on the screens when something went wrong, for who looks into it: `ENTENTE_TEST_PICTURES=DIR`. */
  async picture(name, officers) {
    const folder = process.env.ENTENTE_TEST_PICTURES;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    for (const [index, { page, faults }] of officers.entries()) {
      const path = join(folder, `${name.replaceAll(/\W+/g, '-')}-${index + 1}`);
      await page.screenshot({ path: `${path}.png` }).catch(() => undefined);
      writeFileSync(`${path}.txt`, `${faults.join('\n')}\n${await page.locator('body').innerText().catch(() => '')}`);
    }
  }

  async strike() {
    await Promise.allSettled(this.#browsers.map((browser) => browser.close()));
    for (const wire of this.#cables) wire.close();
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
