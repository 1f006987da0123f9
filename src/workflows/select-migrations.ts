import { relative, resolve } from 'node:path';
import { readFiles, readProject } from '../foundation/project/read-project.js';
import { type RangeSelection, selectRange } from '../foundation/project/select-range.js';
import { runCommand } from '../foundation/runtime/run-command.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { Migration, Project } from '../model/migration.js';

export interface MigrationSelection {
  /** Single files to take instead of the project's folder; folders are projects. */
  readonly paths: readonly string[];
  readonly pending?: number;
  readonly from?: string;
  readonly all?: boolean;
  /** Files that are new since this git revision. */
  readonly since?: string;
}

export interface SelectedMigrations {
  readonly project: Project;
  /** What production has already. */
  readonly history: readonly Migration[];
  readonly change: readonly Migration[];
}

export interface ProjectPlace {
  readonly cwd: string;
  readonly dir: string;
  readonly format: string;
  readonly placeholders: Readonly<Record<string, string>>;
}
