import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readDrivers } from '../../../../src/workflows/evidence/drivers/read-drivers.js';

async function driversIn(files: Readonly<Record<string, string>>, from = '.'): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-drivers-'));
  try {
    await mkdir(join(dir, '.git'));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
    const found = await readDrivers(join(dir, from));
    return found.map(({ manifest, name, wanted, installed }) => `${manifest}: ${name} ${wanted} ${installed}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const packageJson = JSON.stringify({
  dependencies: { pg: '^8.0.0', left: '1', knex: 'git+https://token@example.test/knex' },
  devDependencies: { kysely: '0.28' },
});

test.each<[string, string, readonly string[]]>([
  ['package.json', packageJson, ['pg ^8.0.0 null', 'knex null null', 'kysely 0.28 null']],
  ['package.json', '{ broken', []],
  [
    'package-lock.json',
    JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': { name: 'shop' },
        'node_modules/pg': { version: '8.13.1' },
        'node_modules/x/node_modules/pg': {},
      },
    }),
    ['pg null 8.13.1'],
  ],
  [
    'package-lock.json',
    JSON.stringify({ lockfileVersion: 1, dependencies: { pg: { version: '7.18.2' } } }),
    ['pg null 7.18.2'],
  ],
  [
    'requirements.txt',
    `# drivers
Psycopg2_Binary==2.9.9 \\
    --hash=sha256:abc
psycopg[binary,pool] >= 3.1, < 4 ; python_version > "3.8"
asyncpg @ https://user:secret@example.test/asyncpg.whl
psycopg-stubs==1.0
django
-r more.txt
`,
    ['psycopg2-binary ==2.9.9 2.9.9', 'psycopg >= 3.1, < 4 null', 'asyncpg null null', 'django null null'],
  ],
  [
    'pyproject.toml',
    `[project]
name = "asyncpg-user"
keywords = ["django"]
dependencies = [
  "SQLAlchemy[asyncio]>=2.0", # "django" is no part of it
  'psycopg==3.2.1',
]
[project.optional-dependencies]
old = ["psycopg2>=2.9"]
[tool.poetry.dependencies]
python = "^3.11"
asyncpg = { version = "^0.29", optional = true }
[tool.poetry.group.dev.dependencies]
pg8000 = "*"
[dependency-groups]
web = [{ include-group = "x" }, "django~=5.0"]
`,
    [
      'sqlalchemy >=2.0 null',
      'psycopg ==3.2.1 3.2.1',
      'psycopg2 >=2.9 null',
      'asyncpg ^0.29 null',
      'pg8000 * null',
      'django ~=5.0 null',
    ],
  ],
  [
    'uv.lock',
    `version = 1

[[package]]
name = "shop"
dependencies = [
    { name = "psycopg" },
]

[[package]]
name = "psycopg"
version = "3.2.3"
source = { registry = "https://pypi.org/simple" }

[package.optional-dependencies]
binary = [{ name = "psycopg-binary", version = "9.9.9" }]
`,
    ['psycopg null 3.2.3'],
  ],
  ['poetry.lock', '[[package]]\r\nname = "Django"\r\nversion = "5.0.6"\r\n', ['Django null 5.0.6']],
  [
    'Gemfile.lock',
    `GEM
  remote: https://rubygems.org/
  specs:
    activerecord (7.1.3)
      activemodel (= 7.1.3)
      pg (~> 1.1)
    pg (1.5.6-x86_64-linux)

DEPENDENCIES
  pg (~> 1.1)
`,
    ['activerecord null 7.1.3', 'pg null 1.5.6-x86_64-linux'],
  ],
  [
    'go.mod',
    `module example.test/shop

require github.com/lib/pq v1.10.9
require (
	github.com/jackc/pgx/v5 v5.6.0
	github.com/jackc/pgpassfile v1.0.0 // indirect
	// github.com/go-pg/pg/v10 v10.0.0
)
`,
    ['github.com/lib/pq v1.10.9 v1.10.9', 'github.com/jackc/pgx/v5 v5.6.0 v5.6.0'],
  ],
  [
    'pom.xml',
    `<project><properties><pg.version>42.7.3</pg.version></properties>
<!-- <dependency><groupId>io.vertx</groupId><artifactId>vertx-pg-client</artifactId></dependency> -->
<dependencyManagement><dependencies><dependency>
  <groupId>org.postgresql</groupId> <artifactId>postgresql</artifactId> <version>\${pg.version}</version>
</dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>
<dependency><groupId>org.postgresql</groupId><artifactId>r2dbc-postgresql</artifactId><version>\${elsewhere}</version></dependency>
</dependencies></project>`,
    ['org.postgresql:postgresql 42.7.3 42.7.3', 'org.postgresql:r2dbc-postgresql ${elsewhere} null'],
  ],
  [
    'build.gradle.kts',
    `dependencies {
  // runtimeOnly("io.vertx:vertx-pg-client:1")
  runtimeOnly("org.postgresql:postgresql:42.7.4")
}`,
    ['org.postgresql:postgresql 42.7.4 42.7.4'],
  ],
  [
    'build.gradle',
    `implementation group: 'org.postgresql', name: 'postgresql', version: '42.6.0'`,
    ['org.postgresql:postgresql 42.6.0 42.6.0'],
  ],
  [
    'composer.lock',
    JSON.stringify({
      packages: [
        { name: 'doctrine/dbal', version: '4.0.2' },
        { name: 'x/y', version: '1' },
      ],
      platform: { php: '>=8.2', 'ext-pdo_pgsql': '*' },
    }),
    ['ext-pdo_pgsql * null', 'doctrine/dbal null 4.0.2'],
  ],
  [
    'Cargo.lock',
    `version = 3

[[package]]
name = "sqlx"
version = "0.7.4"
dependencies = [
 "sqlx-core",
]

[[package]]
name = "sqlx-core"
version = "0.7.4"
`,
    ['sqlx null 0.7.4'],
  ],
  [
    'Shop.csproj',
    `<Project><ItemGroup>
  <PackageReference Include="npgsql" Version="8.0.3" />
  <PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL"><Version>8.0.4</Version></PackageReference>
  <PackageReference Include="Dapper" Version="2.1" />
</ItemGroup></Project>`,
    ['Npgsql 8.0.3 null', 'Npgsql.EntityFrameworkCore.PostgreSQL 8.0.4 null'],
  ],
])('%s', async (path, text, expected) => {
  expect(await driversIn({ [path]: text })).toEqual(expected.map((line) => `${path}: ${line}`));
});

test('the nearest file of each kind counts, up to the repository’s root, with what is installed', async () => {
  const found = await driversIn(
    {
      'package.json': JSON.stringify({ dependencies: { pg: '^7' } }),
      'db/package.json': JSON.stringify({ dependencies: { pg: '^8' } }),
      'db/node_modules/pg/package.json': JSON.stringify({ version: '8.11.0' }),
      'requirements.txt': 'psycopg',
      'a.csproj': '<PackageReference Include="Npgsql" Version="7.0.0"/>',
      'b.csproj': '<PackageReference Include="Npgsql" Version="8.0.0"/>',
    },
    'db/migrations',
  );
  expect(found).toEqual([
    'package.json: pg ^8 8.11.0',
    'requirements.txt: psycopg null null',
    'a.csproj: Npgsql 7.0.0 null',
    'b.csproj: Npgsql 8.0.0 null',
  ]);
});
