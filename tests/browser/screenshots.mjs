// node tests/browser/screenshots.mjs [FOLDER] [LANGUAGE...]: pictures of every screen, in all languages and both sizes.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Officer } from './officer.mjs';
import { Scene } from './scene.mjs';
import { Stage } from './stage.mjs';
import { LANGUAGES } from './texts.mjs';
import { SIZES, tour, tourOfTheGate } from './tour.mjs';

const [folder = 'target/screenshots', ...wanted] = process.argv.slice(2);
const languages = wanted.length ? wanted : LANGUAGES;
const place = {
  geolocation: { latitude: 32.42, longitude: 36.21 }, permissions: ['geolocation'], reducedMotion: 'reduce',
  timezoneId: 'Asia/Amman', colorScheme: process.env.SCHEME === 'light' ? 'light' : 'dark',
};

const stage = await Stage.set(2);
let count = 0;
try {
  const scene = await Scene.set(stage);
  const officer = await scene.visitor(place);
  const stranger = new Officer(await stage.browser(place));
  await stranger.come();
  for (const lang of languages) {
    for (const size of Object.keys(SIZES)) {
      const into = resolve(folder, lang, size);
      mkdirSync(into, { recursive: true });
      const shoot = (page) => async (name) => {
        await page.screenshot({ path: join(into, `${name}.png`) });
        count += 1;
      };
      await stranger.page.setViewportSize(SIZES[size]);
      await tourOfTheGate(stranger, lang, shoot(stranger.page));
      await tour(officer, scene, lang, size, shoot(officer.page));
    }
  }
} finally {
  await stage.strike();
}
console.log(`${count} pictures in ${folder}`);
