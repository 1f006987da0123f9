import { z } from 'zod';

const text = z.strictObject({ text: z.string().min(1), markdown: z.string().min(1).optional() });
const level = z.enum(['none', 'note', 'warning', 'error']);

/** RFC 3986: what may stand in a relative reference. */
const uriReference = z.string().regex(/^(?:[\w.~!$&'()*+,;=:@/?#-]|%[\dA-F]{2})+$/);

const region = z.strictObject({
  startLine: z.int().min(1),
  startColumn: z.int().min(1),
  endLine: z.int().min(1),
});

const result = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().min(0),
  level,
  message: text,
  locations: z.array(
    z.strictObject({
      physicalLocation: z.strictObject({ artifactLocation: z.strictObject({ uri: uriReference }), region }),
    }),
  ),
  partialFingerprints: z.record(z.string(), z.string()),
  suppressions: z
    .array(z.strictObject({ kind: z.enum(['inSource', 'external']), justification: z.string().min(1) }))
    .optional(),
});

const rule = z.strictObject({
  id: z.string(),
  shortDescription: text,
  fullDescription: text,
  help: text,
  helpUri: z.url().optional(),
  defaultConfiguration: z.strictObject({ level }),
  properties: z.strictObject({ tags: z.array(z.string()) }),
});

/** The part of SARIF 2.1.0 that reports use, with the standard's own limits and nothing besides. */
export const sarifLog = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({ name: z.string(), version: z.string(), rules: z.array(rule) }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z.array(result),
    }),
  ),
});
