// Who is to read what is said of an identifier, while it is being typed. What is known of it proposes a place; a person
// decides. From few readers to many nothing goes by itself: then somebody has to choose.
import { placeOfMatches, type Places } from './places';

export class Choice {
  /** By hand. */
  #picked = $state('');
  #proposed = $state('');

  /** The room, a compartment, or '' if somebody has to choose. */
  get place(): string {
    return this.#picked || this.#proposed;
  }

  set place(place: string) {
    this.#picked = place;
  }

  propose(of: Places, matches: readonly { within?: string }[]): void {
    const next = placeOfMatches(of, matches);
    const widens = next === of.room && this.#proposed !== of.room && this.#begun;
    this.#proposed = widens ? '' : next;
    this.#begun = true;
  }
  #begun = false;

  forget(): void {
    [this.#picked, this.#proposed, this.#begun] = ['', '', false];
  }
}
