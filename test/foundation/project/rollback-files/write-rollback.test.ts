import { describe, expect, test } from 'vitest';
import { buildMigration } from '../../../../src/foundation/project/build-migration.js';
import { formats } from '../../../../src/foundation/project/formats/index.js';
import type { RollbackText } from '../../../../src/foundation/project/rollback-files/rollback-text.js';
import { writeRollback } from '../../../../src/foundation/project/rollback-files/write-rollback.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import type { Migration } from '../../../../src/model/migration.js';
import { filesInMemory, noPlaceholders } from '../formats/files-in-memory.js';

await loadParser();

const up = 'CREATE TABLE t (id int);\n';

function rollbackText(...parts: RollbackText['parts']): RollbackText {
  return { header: ['Rollback'], parts, verification: [], footer: [] };
}

const simple = rollbackText({ transactional: true, statements: ['DROP TABLE t'] });
const body = 'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND $$';

function write(
  format: string,
  texts: Readonly<Record<string, string>>,
  { text = simple, fillEmpty = false, at = 0 }: { text?: RollbackText; fillEmpty?: boolean; at?: number } = {},
) {
  const files = filesInMemory(texts);
  const raw = formats.find(({ id }) => id === format)?.read(files, noPlaceholders).migrations[at];
  if (raw === undefined) throw new Error('no such migration');
  const context = { files, findInclude: () => null, variables: {}, sharesFile: false };
  const migration: Migration = buildMigration(raw, context);
  return writeRollback({ format, migration, files, text, fillEmpty });
}

describe('where a rollback goes', () => {
  test.each([
    ['plain', { '0001_t.sql': up }, '0001_t.rollback.sql'],
    ['plain', { '0001_t.sql': up, '0002_u.sql': up, '0002_u.down.sql': up }, '0001_t.down.sql'],
    [
      'plain',
      { '0001_t.sql': up, '0002_u.sql': up, 'rollback/0002_rollback_u.sql': up },
      'rollback/0001_rollback_t.sql',
    ],
    ['plain', { '0001_t.sql': up, '0002_u.sql': up, 'rollbacks/0002_u.sql': up }, 'rollbacks/0001_t.sql'],
    ['plain', { 'migration_001_up.sql': up }, 'migration_001_down.sql'],
    ['plain', { 't.sql': up }, 'rollbacks/t.sql'],
    ['golang-migrate', { '1_t.up.sql': up }, '1_t.down.sql'],
    ['sqlx', { '1_t.sql': up }, '1_t.down.sql'],
    ['diesel', { 'migrations/1_t/up.sql': up }, 'migrations/1_t/down.sql'],
    ['flyway', { 'V1__t.sql': up }, 'U1__t.sql'],
    ['flyway', { 'R__t.sql': up }, 'rollbacks/rollback_of_R__t.sql'],
    ['atlas', { '1_t.sql': up }, 'rollbacks/1_t.rollback.sql'],
    ['dbmate', { '1_t.sql': `-- migrate:up\n${up}-- migrate:down\n` }, 'rollbacks/1_t.rollback.sql'],
    ['goose', { '1_t.sql': `-- +goose Up\n${up}` }, 'rollbacks/1_t.rollback.sql'],
    ['node-pg-migrate', { '1_t.sql': `-- Up Migration\n${up}` }, 'rollbacks/1_t.rollback.sql'],
    ['liquibase', { 't.sql': `--liquibase formatted sql\n--changeset me:1\n${up}` }, '../rollbacks/me-1.rollback.sql'],
  ])('%s: %o → %s', (format, texts, path) => {
    const file = write(format, texts);
    expect(file).toMatchObject({ mode: 'create', path });
    expect(file.content).toContain('DROP TABLE t;');
  });

  test('what somebody wrote stays, asked for or not', () => {
    const texts = { '1_t.sql': `-- migrate:up\n${up}-- migrate:down\nDROP TABLE t;\n` };
    expect(write('dbmate', texts, { fillEmpty: true })).toMatchObject({
      mode: 'refused',
      content: null,
      path: '1_t.sql',
    });
    const words = { 't.sql': `--liquibase formatted sql\n--changeset me:1\n${up}--rollback empty\n` };
    expect(write('liquibase', words, { fillEmpty: true })).toMatchObject({ mode: 'refused', content: null });
    const proposed = { '1_t.sql': up, 'rollbacks/1_t.rollback.sql': '' };
    expect(write('atlas', proposed)).toMatchObject({ mode: 'refused', path: 'rollbacks/1_t.rollback.sql' });
  });

  test('an empty file is filled only when asked for', () => {
    const texts = { '1_t.up.sql': up, '1_t.down.sql': '-- nothing yet\n' };
    expect(write('golang-migrate', texts)).toMatchObject({ mode: 'create', path: 'rollbacks/1_t.rollback.sql' });
    expect(write('golang-migrate', texts, { fillEmpty: true })).toMatchObject({ mode: 'fill', path: '1_t.down.sql' });
  });

  test('what a tool would put into its transaction, though the server refuses that, is left to psql', () => {
    const alone = { transactional: false, statements: ['DROP INDEX CONCURRENTLY i'] } as const;
    const mixed = rollbackText({ transactional: true, statements: ['DROP VIEW v'] }, alone);
    const toPsql = { mode: 'create', path: 'rollbacks/1_t.rollback.sql' };
    expect(write('sqlx', { '1_t.sql': up }, { text: rollbackText(alone) })).toMatchObject({
      ...toPsql,
      why: expect.stringContaining('outside a transaction'),
    });
    expect(write('golang-migrate', { '1_t.up.sql': up }, { text: mixed })).toMatchObject(toPsql);
    // One query of one statement is no transaction block.
    expect(write('golang-migrate', { '1_t.up.sql': up }, { text: rollbackText(alone) }).path).toBe('1_t.down.sql');
    const own = write('plain', { '0001_t.sql': up }, { text: mixed }).content ?? '';
    expect(own.indexOf('COMMIT;')).toBeLessThan(own.indexOf('DROP INDEX CONCURRENTLY i;'));
    expect(own).toMatch(/BEGIN;\n\nDROP VIEW v;\n\nCOMMIT;\n\n-- Outside a transaction/);
  });
});

describe('the text', () => {
  test('BEGIN and COMMIT stand only where nobody else sends them', () => {
    expect(write('plain', { '0001_t.sql': up }).content).toBe('-- Rollback\n\nBEGIN;\n\nDROP TABLE t;\n\nCOMMIT;\n');
    expect(write('flyway', { 'V1__t.sql': up }).content).toBe('-- Rollback\n\nDROP TABLE t;\n');
  });

  test('queries for a person run before COMMIT, and are comments where a tool runs the file', () => {
    const text = { ...simple, verification: ['SELECT 1\nAS ok'] };
    const end = '-- Verification: every line has to say true.\nSELECT 1\nAS ok;\n\nCOMMIT;\n';
    expect(write('plain', { '0001_t.sql': up }, { text }).content?.endsWith(end)).toBe(true);
    expect(write('flyway', { 'V1__t.sql': up }, { text }).content).toContain('\n-- SELECT 1\n-- AS ok;\n');
  });

  test('a section of the file gets it, and the other bytes stay', () => {
    const before = `-- migrate:up\n${up}\n-- migrate:down transaction:true\n`;
    const file = write('dbmate', { '1_t.sql': before }, { fillEmpty: true });
    expect(file).toMatchObject({ mode: 'fill', path: '1_t.sql', content: `${before}-- Rollback\n\nDROP TABLE t;\n` });
    const marked = write('goose', { '1_t.sql': `-- +goose Up\n${up}` }, { fillEmpty: true });
    expect(marked.content).toBe(`-- +goose Up\n${up}\n-- +goose Down\n-- Rollback\n\nDROP TABLE t;\n`);
  });

  test('goose gets fences around a body with semicolons, Liquibase no such body', () => {
    const text = rollbackText({ transactional: true, statements: [body] });
    const goose = write('goose', { '1_t.sql': `-- +goose Up\n${up}` }, { text, fillEmpty: true });
    expect(goose.content).toContain(`-- +goose StatementBegin\n${body};\n-- +goose StatementEnd`);
    const changelog = { 't.sql': `--liquibase formatted sql\n--changeset me:1\n${up}` };
    expect(write('liquibase', changelog, { text, fillEmpty: true }).path).toBe('../rollbacks/me-1.rollback.sql');
  });

  test('each changeset of a Liquibase file gets its own', () => {
    const head = `--liquibase formatted sql\n--changeset me:1\n${up}`;
    const tail = '\n--changeset me:2\nCREATE TABLE u (id int);\n';
    const texts = { 't.sql': head + tail };
    expect(write('liquibase', texts, { fillEmpty: true }).content).toBe(`${head}--rollback DROP TABLE t;\n${tail}`);
    const second = write('liquibase', texts, { fillEmpty: true, at: 1 });
    expect(second.content).toBe(`${head}${tail}--rollback DROP TABLE t;\n`);
  });

  test('a comment at the end of a statement swallows no semicolon', () => {
    const text = rollbackText({ transactional: true, statements: ['DROP TABLE t -- at last'] });
    expect(write('flyway', { 'V1__t.sql': up }, { text }).content).toContain('at last\n;\n');
  });
});
