import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ProjectFiles } from '../../../../src/foundation/project/format.js';
import { formats } from '../../../../src/foundation/project/formats/index.js';
import { openProjectFiles } from '../../../../src/foundation/project/open-project-files.js';
import { readProject } from '../../../../src/foundation/project/read-project.js';
import { renderForPsql } from '../../../../src/foundation/project/rollback-files/render-rollback.js';
import type { RollbackText } from '../../../../src/foundation/project/rollback-files/rollback-text.js';
import { writeRollback } from '../../../../src/foundation/project/rollback-files/write-rollback.js';
import { splitScript } from '../../../../src/foundation/sql/split-script.js';

const fixtures = fileURLToPath(new URL('../../../fixtures/formats', import.meta.url));
const options = { placeholders: {} };

const text: RollbackText = {
  header: ['Rollback for it', 'Complexity: LOW'],
  parts: [{ transactional: true, statements: ['DROP INDEX made', 'DROP TABLE made'] }],
  verification: ['SELECT true AS ok'],
  footer: ['Rollback complete.'],
};

function withFile(files: ProjectFiles, path: string, content: string): ProjectFiles {
  const paths = [...new Set([...files.paths, path])].toSorted();
  return { ...files, paths, text: (one) => (one === path ? content : files.text(one)) };
}

const statementsOf = (sql: string) =>
  splitScript(sql, { path: 'x', firstLine: 1 })
    .map((statement) => statement.sql)
    .filter((one) => !/^(?:BEGIN|COMMIT|SELECT true AS ok)$/.test(one));

describe.each(formats)('$id', (format) => {
  test.each([false, true])('what is written is read back by the format (empty parts filled: %s)', async (fillEmpty) => {
    const project = await readProject(`${fixtures}/${format.id}/in`, { format: format.id, placeholders: {} });
    const files = await openProjectFiles(project.dir);
    const known = format.read(files, options).migrations;
    const written = project.migrations.map((migration) => ({
      migration,
      file: writeRollback({ format: format.id, migration, files, text, fillEmpty }),
    }));
    expect(written.length).toBeGreaterThan(0);
    for (const { migration, file } of written) {
      const isWritten = migration.down !== null && migration.down.statements.length > 0;
      if (isWritten) expect(file).toMatchObject({ mode: 'refused', content: null });
      if (file.mode === 'refused') continue;
      expect(files.paths.includes(file.path)).toBe(file.mode === 'fill');
      if (!file.path.startsWith('..')) {
        const after = format.read(withFile(files, file.path, file.content), options).migrations;
        // The tool still sees the same changes, whose way forward is untouched.
        expect(after.map(({ id }) => id)).toEqual(known.map(({ id }) => id));
        expect(after.map(({ up }) => statementsOf(up.text))).toEqual(known.map(({ up }) => statementsOf(up.text)));
        const down = after.find(({ id, up }) => id === migration.id && up.path === migration.path)?.down ?? null;
        const isProposal = file.path.startsWith('rollbacks/') || format.id === 'drizzle';
        const seen = isProposal ? file.content : (down?.text ?? '');
        expect(statementsOf(seen)).toEqual(['DROP INDEX made', 'DROP TABLE made']);
      } else expect(file.content).toBe(renderForPsql(text));
    }
  });
});
