// A room in the middle of an operation, for screens that have something to show: the exercise of the captagon corridor
// played up to the strike by devices of the command line, and a coordinator who comes to it with a browser.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Officer } from './officer.mjs';
import { PHOTO } from './photo.mjs';

const playbooks = resolve(import.meta.dirname, '../../ops-playbooks');

/** What the exercise puts on the board. */
const IDENTIFIERS = [
  'plate:JO1483921', 'vin:JHDGH8JMUXXX12345', 'container:MSKU9070323', 'mmsi:619000123',
  'passport:N4481207', 'msisdn:+962790001122', 'plate:JO1483922', 'plate:JO1483927',
];

/** The exercise's script without its end. */
function script() {
  const whole = readFileSync(join(playbooks, 'exercises/captagon-corridor.yaml'), 'utf8');
  const strike = whole.indexOf('phase: {by: petra, phase: strike}');
  const end = whole.lastIndexOf('  - at:', strike);
  if (strike < 0 || end < 0) throw new Error('the exercise has no strike any more');
  return `${whole.slice(0, end).replace('../', `${playbooks}/`)}stays_open: true\n`;
}

export class Scene {
  #hits = 0;

  /** Plays the exercise at the stage's hub. */
  static async set(stage) {
    const scene = new Scene();
    scene.stage = stage;
    scene.folder = stage.dir('scene');
    const file = stage.dir('scene.yaml');
    writeFileSync(file, script());
    await stage.entente('exercise', 'run', file, '--once', '--speed', '0', '--keep', scene.folder, '--hub', stage.url);
    scene.passphrase = readFileSync(join(scene.folder, 'passphrase'), 'utf8').trim();
    scene.title = 'Operation Saffron Corridor';
    return scene;
  }

  /** A device of the exercise says or does something. */
  as(name, ...args) {
    return this.stage.ententeAs(this.passphrase, ...args, '--dir', join(this.folder, `device-${name}`));
  }

  /** What happens once the visitor is there: a new hour and a new vote, and people talk. */
  async #goOn() {
    await this.as('petra', 'plan', 'h-hour', '+95m');
    await this.as('petra', 'plan', 'call-vote', '--of', 'JO', '--of', 'AE', '--of', 'CI');
    await this.as('dune', 'plan', 'vote', 'go', '--note', 'Team Pearl is in position.');
    await this.as('cacao', 'plan', 'vote', 'hold', '--note', 'Le navire n’est pas à quai.');
    await this.as('falcon', 'say', 'Two guards at the gate, generator running.');
    await this.as('basalt', 'say', 'بازلت: الشاحنة على الطريق الصحراوي باتجاه العقبة');
    await this.as('lagune', 'say', 'Lagune en place au port d’Abidjan, quai 14.');
    await this.as('dune', 'say', '--urgent', 'Lorry has stopped at the fuel station, kilometre 41.');
    const photo = this.stage.dir('gate.png');
    writeFileSync(photo, PHOTO);
    await this.as('falcon', 'document', 'share', photo, '--type', 'image/png');
  }

  /** Raises a hit on another identifier of the board each time: what was silenced once rings no more. */
  async hit(note) {
    const identifier = IDENTIFIERS[this.#hits % IDENTIFIERS.length];
    this.#hits += 1;
    await this.as('falcon', 'hit', 'raise', '--identifier', identifier, '--note', note);
  }

  /** A browser that is enrolled by Jordan, seated, and coordinates. */
  async visitor(options) {
    const dir = join(this.folder, 'authority-JO');
    const officer = new Officer(await this.stage.browser(options));
    const [{ ticket }] = await this.stage.ententeAs(
      this.passphrase, 'authority', 'invite', '--dir', dir, '--officer', 'JO-077', '--callsign', 'Rum', '--role', 'coordinator',
    );
    this.stage.desk(this.passphrase, dir);
    await officer.enrol(ticket);
    for (const country of ['AE', 'CI']) await officer.trust(join(this.folder, `authority-${country}`, 'authority.pem'));
    await this.as('petra', 'room', 'admit', 'Rum');
    await this.as('petra', 'room', 'amend', '--coordinator', 'Rum');
    await officer.enter(this.title);
    await this.#goOn();
    return officer;
  }
}
