/** The files of a project's folder, read once. Paths are relative to the folder, with forward slashes, sorted by code unit. */
export interface ProjectFiles {
  readonly paths: readonly string[];
  /** Text of a file: strict UTF-8, BOM stripped. Throws ChangeSafetyError for NUL bytes or bytes that are not UTF-8. */
  text(path: string): string;
  /** SHA-256 of the raw bytes, hex. */
  sha256(path: string): string;
}

export interface FormatOptions {
  /** `project.placeholders` of the config. */
  readonly placeholders: Readonly<Record<string, string>>;
}
