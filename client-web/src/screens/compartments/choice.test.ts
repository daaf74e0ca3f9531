import { expect, test } from 'vitest';
import { Choice } from './choice.svelte';

const of = { room: 'r', countries: ['JO', 'AE', 'CI'], compartments: [{ compartment: 'a', countries: ['AE', 'JO'] }] };

test('what is known proposes, and never to more readers than before', () => {
  const choice = new Choice();
  choice.propose(of, []);
  expect(choice.place).toBe('r');
  choice.propose(of, [{ within: 'a' }]);
  expect(choice.place).toBe('a');
  choice.propose(of, []);
  expect(choice.place).toBe('');
  choice.propose(of, [{}]);
  expect(choice.place).toBe('');
  choice.place = 'r';
  expect(choice.place).toBe('r');
});

test('what was chosen by hand stays', () => {
  const choice = new Choice();
  choice.place = 'r';
  choice.propose(of, [{ within: 'a' }]);
  expect(choice.place).toBe('r');
  choice.forget();
  choice.propose(of, []);
  expect(choice.place).toBe('r');
});
