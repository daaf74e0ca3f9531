import { describe, expect, it } from 'vitest';
import { strength } from './strength';

describe('strength', () => {
  it('refuses what is too short, counted in characters', () => {
    expect(strength('')).toBe('none');
    expect(strength('Ab1!xyz')).toBe('short');
    expect(strength('كلمة سر')).toBe('short');
  });

  it('calls what repeats or counts weak', () => {
    for (const text of ['aaaaaaaaaaaa', '12345678', '123456789012', 'abababababab']) expect(strength(text)).toBe('weak');
  });

  it('likes several words', () => {
    expect(strength('three green camels at noon')).toBe('good');
    expect(strength('ثلاثة جمال خضراء عند الظهر')).toBe('good');
  });
});
