import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formats } from '../../../src/foundation/project/formats/index.js';
import { readProject } from '../../../src/foundation/project/read-project.js';

const fixtures = fileURLToPath(new URL('../../fixtures/formats', import.meta.url));

describe.each(formats.map((format) => format.id))('%s', (id) => {
  const input = `${fixtures}/${id}/in`;
  const output = `${fixtures}/${id}/out.json`;

  test('has a fixture', () => {
    expect([existsSync(input), existsSync(output)]).toEqual([true, true]);
  });

  test('is recognised, and read as out.json says', async () => {
    const { dir, ...project } = await readProject(input, { format: 'auto', placeholders: {} });
    expect(dir.startsWith(input)).toBe(true);
    await expect(`${JSON.stringify(project, null, 2)}\n`).toMatchFileSnapshot(output);
  });
});
