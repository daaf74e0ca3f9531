// Parts of the page that are loaded when they are first opened: until then nobody waits for them. index.html names the
// scripts of each in a template, with their digests, where nothing runs them. A digest is checked only for a script
// that is put into the page, so that is done first; `import` then finds what was checked and fetches nothing.
import type { Component } from 'svelte';

type Module<P extends Record<string, any>> = { default: Component<P> };

export class Part<P extends Record<string, any>> {
  /** Once it is here. */
  component = $state.raw<Component<P>>();
  failed = $state(false);
  #loading = false;

  constructor(private readonly name: string, private readonly imported: () => Promise<Module<P>>) {}

  /** Fetches it, unless it is here; after a failure it can be asked again. */
  async load(): Promise<void> {
    if (this.component || this.#loading) return;
    this.#loading = true;
    this.failed = false;
    try {
      if (!import.meta.env.DEV) await seal(this.name);
      this.component = (await this.imported()).default;
    } catch {
      this.failed = true;
    } finally {
      this.#loading = false;
    }
  }
}

/** Scripts that have run with the right digest, or are about to. */
const sealed = new Map<string, Promise<void>>();

async function seal(name: string): Promise<void> {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-part="${name}"]`);
  if (!template) throw new Error(`no part: ${name}`);
  for (const script of template.content.querySelectorAll('script')) {
    const src = script.getAttribute('src') ?? '';
    const run = sealed.get(src) ?? inCache(src, script.integrity).then(() => inPage(script));
    sealed.set(src, run);
    await run.catch((error: unknown) => {
      sealed.delete(src);
      throw error;
    });
  }
}

/** A module that could not be had stays so until the page is loaded anew. Therefore it comes over the network here: what
 *  a bad one does to it can be tried again. */
async function inCache(src: string, integrity: string): Promise<void> {
  const response = await fetch(src, { integrity });
  if (!response.ok) throw new Error(`${src}: ${response.status}`);
  await response.arrayBuffer();
}

function inPage(script: HTMLScriptElement): Promise<void> {
  const copy = document.importNode(script, true);
  return new Promise((done, failed) => {
    copy.addEventListener('load', () => done());
    copy.addEventListener('error', () => failed(new Error('refused')));
    document.head.append(copy);
  });
}

export const parts = {
  analysis: new Part('AnalysisPage', () => import('./screens/analysis/AnalysisPage.svelte')),
  check: new Part('CheckScreen', () => import('./screens/check/CheckScreen.svelte')),
  map: new Part('MapScreen', () => import('./screens/map/MapScreen.svelte')),
  openRoom: new Part('OpenRoom', () => import('./screens/rooms/OpenRoom.svelte')),
  people: new Part('People', () => import('./screens/people/People.svelte')),
  plan: new Part('Plan', () => import('./screens/plan/Plan.svelte')),
  room: new Part('Room', () => import('./screens/rooms/Room.svelte')),
  scan: new Part('Scan', () => import('./screens/device/Scan.svelte')),
  settings: new Part('Settings', () => import('./screens/device/Settings.svelte')),
};
