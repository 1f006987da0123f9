import type { Complexity } from './migration.js';

/** What a change without SQL is about. */
export const changedComponents = ['postgres', 'extension', 'driver', 'orm', 'pool', 'setting', 'application'] as const;
export type ChangedComponent = (typeof changedComponents)[number];

/** A change that no SQL tells of (a driver, an ORM, a pool's settings, a new server version), as its file declares it. */
export interface DeclaredChange {
  readonly id: string;
  /** Relative to the project's folder. */
  readonly path: string;
  readonly title: string;
  readonly component: ChangedComponent;
  /** What is changed: the driver's name, the setting's. */
  readonly name: string;
  /** Versions or values; null where the file does not say. */
  readonly from: string | null;
  readonly to: string | null;
  /** How to get back; null when the file names no way. */
  readonly rollback: string | null;
  readonly restart: boolean;
  /** The level that the file claims. */
  readonly complexity: Complexity | null;
}
