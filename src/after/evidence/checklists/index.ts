import afterMigration from './after-migration.js';
import beforeMigration from './before-migration.js';
import type { Checklist } from './checklist.js';
import migrationTemplate from './migration-template.js';
import migration from './migration.js';
import playbook from './playbook.js';
import upgrade from './upgrade.js';

/** Every checklist that is filled, each in a file of its own. */
export const checklists: readonly Checklist[] = [
  migrationTemplate,
  playbook,
  beforeMigration,
  afterMigration,
  upgrade,
  migration,
];
