import { expect, test } from 'vitest';
import { personalColumns } from '../../../../src/back/rollback/keep/personal-columns.js';

test.each([
  [['email', 'user_email', 'emailAddress', 'EMAIL'], true],
  [['first_name', 'lastName', 'user_name', 'phone_number', 'date_of_birth', 'dob', 'iban', 'remote_ip'], true],
  [['name', 'product_name', 'id', 'ship', 'zipped', 'recipe', 'description', 'price', 'capacity'], false],
])('%s: %s', (columns, personal) => {
  expect(personalColumns(columns)).toEqual(personal ? columns : []);
});
