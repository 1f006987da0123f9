import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { ValidationReport } from '../../src/model/validation-report.js';
import type { WatchReport } from '../../src/model/watch-report.js';
import type { validationSchema, watchSchema } from '../../src/report/watch-schemas.js';
import type { DeepReadonly } from '../support/deep-readonly.js';

test('the schemas describe exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof validationSchema>>>().toEqualTypeOf<DeepReadonly<ValidationReport>>();
  expectTypeOf<DeepReadonly<z.infer<typeof watchSchema>>>().toEqualTypeOf<DeepReadonly<WatchReport>>();
});
