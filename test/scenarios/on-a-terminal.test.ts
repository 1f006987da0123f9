import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, makeFolder } from './run-lockkeeper.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const eraseLine = '\x1b[2K';

/** Colours and weights; what redraws a line is none. */
function hasStyle(text: string): boolean {
  return text.split('\x1b[').some((rest, index) => index > 0 && /^[\d;]+m/.test(rest));
}

/** util-linux's `script` lends a pseudo-terminal; that of BSD and macOS has other options. */
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

describe.runIf(hasScript)('on a terminal (needs `script` of util-linux)', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await makeFolder({
      'migrations/0001_create_a_table_with_a_long_name.sql':
        '-- Estimated Duration: 1 second\nCREATE TABLE people_who_have_ordered (id bigint PRIMARY KEY, note text);\n',
      'migrations/0002_sleep.sql': `SELECT pg_sleep(0.4) AS ${'a_rather_long_name_'.repeat(3)};\n`,
      'migrations/0003_alter.sql': 'ALTER TABLE people_who_have_ordered ALTER COLUMN note SET NOT NULL;\n',
    });
  });
  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
  });

  async function rehearse(columns: number, variables: Readonly<Record<string, string>>): Promise<string> {
    const { CI: _ci, NO_COLOR: _noColor, ...inherited } = process.env;
    const env = { ...inherited, TERM: 'xterm-256color', ...variables };
    const command = `stty cols ${columns}; exec "${process.execPath}" "${main}" rehearse`;
    const run = promisify(execFile)('script', ['-qec', command, '/dev/null'], { cwd: folder.path, env });
    return (await run).stdout.replaceAll('\r\n', '\n');
  }

  it.each([60, 120])('a report of %i columns has colours and fits', async (columns) => {
    const output = await rehearse(columns, {});
    const parting = output.lastIndexOf(eraseLine);
    const report = output.slice(parting + eraseLine.length);
    const progress = output.slice(0, parting);
    expect(hasStyle(report)).toBe(true);
    const widths = stripVTControlCharacters(report)
      .split('\n')
      .filter((line) => !line.startsWith('Record written'))
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    expect(Math.max(...widths)).toBeGreaterThan(columns - 5);
    const drawn = progress.split(eraseLine).map((line) => stripVTControlCharacters(line).replaceAll(/[\r\n]/g, ''));
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(drawn.join('\n')).toMatch(/0002_sleep\.sql.* · 0\.\d s/);
  });

  it('NO_COLOR is honoured', async () => {
    const output = await rehearse(80, { NO_COLOR: '1' });
    expect(output).toContain('PASSED');
    expect(hasStyle(output)).toBe(false);
  });
});
