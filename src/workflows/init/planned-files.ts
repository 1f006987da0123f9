/** A file that a project gets. */
export interface PlannedFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** What stands there already is kept, and the file left alone; `merge` adds to it. */
  readonly mode: 'create' | 'merge';
  /** What it is for, in words. */
  readonly purpose: string;
}

export interface ProjectFacts {
  /** Folder of the migrations, relative to the project. */
  readonly dir: string;
  readonly format: string;
  readonly major: number;
}

/** lockkeeper.yaml with what was found; everything else is as if it said nothing. */
export function configFile({ dir, format, major }: ProjectFacts): PlannedFile {
  return {
    path: 'lockkeeper.yaml',
    mode: 'create',
    purpose: 'configuration',
    text: `# yaml-language-server: $schema=./node_modules/lockkeeper/schemas/config.schema.json
project:
  format: ${format}
  dir: ${JSON.stringify(dir)}

# The major version that production runs.
stage:
  major: ${major}

# targets:
#   production:
#     url: "\${DATABASE_URL}"
#     tier: 1

# policy:
#   rules:
#     rename-column: error
`,
  };
}

/** What a pull request is told: the findings at its lines, and for code scanning. */
export function githubWorkflow({ dir }: ProjectFacts): PlannedFile {
  return {
    path: '.github/workflows/lockkeeper.yml',
    mode: 'create',
    purpose: 'check of pull requests on GitHub',
    text: `name: lockkeeper
on:
  pull_request:
    paths: [${JSON.stringify(dir === '.' ? '**/*.sql' : `${dir}/**`)}, lockkeeper.yaml]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      - run: npm ci
      - name: Check the new migrations
        run: npx lockkeeper check --since "origin/\${{ github.base_ref }}" --format github
      - name: Rehearse them on a real server
        run: npx lockkeeper rehearse --since "origin/\${{ github.base_ref }}" --traffic
`,
  };
}

/** A job for GitLab; the project's own pipeline includes it. */
export function gitlabJob({ dir }: ProjectFacts): PlannedFile {
  return {
    path: '.gitlab/lockkeeper.yml',
    mode: 'create',
    purpose: 'check of merge requests on GitLab (include it in .gitlab-ci.yml)',
    text: `lockkeeper:
  image: node:20
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      changes: [${JSON.stringify(dir === '.' ? '**/*.sql' : `${dir}/**/*`)}, lockkeeper.yaml]
  variables:
    GIT_DEPTH: 0
  script:
    - npm ci
    - npx lockkeeper check --since "origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" --format gitlab --output gl-code-quality-report.json
    - npx lockkeeper rehearse --since "origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" --traffic
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`,
  };
}

/** npm scripts by the names that migration guides use. */
const scripts: Readonly<Record<string, string>> = {
  'migration:check': 'lockkeeper check',
  'migration:test': 'lockkeeper rehearse',
  'migration:test:perf': 'lockkeeper rehearse --rows 100000 --traffic --standby',
};

/** package.json with the scripts it lacks; null when it lacks none. Its indentation and all else stay. */
export function withScripts(packageJson: string): string | null {
  const content = JSON.parse(packageJson) as { readonly scripts?: Readonly<Record<string, string>> };
  const known = content.scripts ?? {};
  const missing = Object.entries(scripts).filter(([name]) => !(name in known));
  if (missing.length === 0) return null;
  const indent = /^([ \t]+)"/m.exec(packageJson)?.[1] ?? '  ';
  const changed = { ...content, scripts: { ...known, ...Object.fromEntries(missing) } };
  return `${JSON.stringify(changed, null, indent)}${packageJson.endsWith('\n') ? '\n' : ''}`;
}
