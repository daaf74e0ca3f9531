// Files of the bundle that are fetched when they are needed. A build knows the digest of each: what the hub or
// anything on the way has changed is refused by the browser.
import { files } from 'virtual:bundle';

/** Where a file lies and its digest; while developing, where its name says. */
export function located(path: string): { url: string; integrity?: string } {
  const file = files[path];
  if (file) return file;
  if (import.meta.env.DEV) return { url: `/${path}` };
  throw new Error(`not in the bundle: ${path}`);
}

/** Fetches a file by its name, such as `playbooks/index.json` or `map/countries.json`. */
export async function asset(path: string): Promise<Response> {
  const { url, integrity } = located(path);
  const response = await fetch(url, integrity ? { integrity } : {});
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}
