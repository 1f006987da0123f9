export { defineRule, type Hit, type ObservedExample, type Rule, type RuleExample } from '../before/classify/rule.js';
export type { JudgedMigration, JudgedStatement } from '../before/classify/judged-statement.js';
export type { RuleContext } from '../before/classify/rule-context.js';
