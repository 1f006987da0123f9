import type { Migration } from '../../../model/migration.js';
import type { ProjectFiles } from '../format.js';
import { fillLiquibase } from './fill-liquibase.js';
import { fillSection } from './fill-section.js';
import { placeRollback, type PlaceRequest } from './place-rollback.js';
import { renderForPsql, renderForTool } from './render-rollback.js';
import type { RollbackHome } from './rollback-home.js';
import type { RollbackText } from './rollback-text.js';

/** A rollback as its tool wants it on disk. `fill` replaces a file that is there; nobody's statement is lost by that. */
export type RollbackFile =
  | { readonly mode: 'create' | 'fill'; readonly path: string; readonly content: string; readonly why: string }
  | { readonly mode: 'refused'; readonly path: string; readonly content: null; readonly why: string };

/** Writes a rollback the way the project's tool keeps it; pure, the caller puts it on disk. */
export function writeRollback(request: PlaceRequest): RollbackFile {
  const place = placeRollback(request);
  if (place.mode === 'refused') return { ...place, content: null };
  const { mode, path, why } = place;
  return { mode, path, content: contentFor(place, request), why };
}

interface Sources {
  readonly files: ProjectFiles;
  readonly migration: Migration;
  readonly text: RollbackText;
}

function contentFor({ shape, runner, path }: RollbackHome, { files, migration, text }: Sources): string {
  switch (shape) {
    case 'file':
      return runner === 'psql' ? renderForPsql(text) : renderForTool(text);
    case 'liquibase':
      return fillLiquibase(files.text(path), migration, text);
    case 'dbmate':
    case 'goose':
    case 'node-pg-migrate':
      return fillSection(files.text(path), shape, text);
    default:
      return shape satisfies never;
  }
}
