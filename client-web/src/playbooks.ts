// The playbooks of the bundle: a list to choose from, and each as a charter's text holds it.
import { asset } from './assets';
import type { Text } from './core/types';

export interface PlaybookEntry { file: string; id: string; title: Text }

/** Empty if the bundle has none. */
export async function playbooks(): Promise<PlaybookEntry[]> {
  try {
    return (await (await asset('playbooks/index.json')).json()) as PlaybookEntry[];
  } catch {
    return [];
  }
}

export async function playbook(entry: PlaybookEntry): Promise<{ json: string; summary?: Text }> {
  const json = await (await asset(`playbooks/${entry.file}`)).text();
  const { summary } = JSON.parse(json) as { summary?: Text };
  return { json, summary };
}
