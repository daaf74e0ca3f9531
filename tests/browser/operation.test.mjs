import { test } from 'node:test';
import { play } from './operation.mjs';

test('an operation in English', (context) => play(context, 'en'));
test('the same in Arabic, on a phone of 360 px', (context) => play(context, 'ar'));
