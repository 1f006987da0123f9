import type { FoundDriver } from './manifest.js';

/** The blocks `[[package]]` of a lock file in TOML, of which only plain lines `name = "…"` and `version = "…"` count. */
export function driversInBlocks(text: string, isDriver: (name: string) => boolean): readonly FoundDriver[] {
  const blocks = text.split(/^\[\[package\]\][ \t]*\r?$/m).slice(1);
  return blocks.flatMap((block) => {
    // What follows belongs to a table of its own.
    const [own = ''] = block.split(/^\[/m);
    const name = valueOf(own, 'name');
    if (name === null || !isDriver(name)) return [];
    return [{ name, wanted: null, exact: valueOf(own, 'version') }];
  });
}

function valueOf(block: string, key: string): string | null {
  return new RegExp(`^${key}\\s*=\\s*"([^"]*)"`, 'm').exec(block)?.[1] ?? null;
}
