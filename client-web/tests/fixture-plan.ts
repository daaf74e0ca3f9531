// The plan of the operation that `fixture-data.ts` shows.
import type { PlanView, Role, Stamp, TaskState, TaskView, Text } from '../src/core/types';

const text = (en: string, fr: string, es: string, ar: string): Text => ({ en, fr, es, ar });
type StampOf = (callsign: string, minutesAgo: number) => Stamp;

export function playbook(stamp: StampOf, me: string, now: number): PlanView {
  const task = (id: string, role: Role, title: Text, states: [country: string | undefined, state: TaskState, note: string, by?: string][], more: Partial<TaskView> = {}): TaskView => ({
    id, title, role, overdue: false, needs: [], by: 'once', awaited: [], done: states.every(([, state]) => state === 'done'), ...more,
    progress: states.map(([country, state, note, by]) => ({ country, state, note, stamp: by ? stamp(by, 60) : undefined })),
  });
  const admit = text('Admit own teams', 'Admettre ses équipes', 'Admitir a sus equipos', 'قبول الفرق الوطنية');
  const warrants = text('Warrants and competent prosecutor confirmed', 'Mandats et parquet compétent confirmés', 'Órdenes judiciales y fiscalía competente confirmadas', 'تأكيد أوامر القضاء والنيابة المختصة');
  const teams = text('A team is assigned to every target', 'Une équipe est affectée à chaque cible', 'Un equipo asignado a cada objetivo', 'تكليف فريق بكل هدف');
  return {
    playbook: {
      id: 'captagon-laboratory',
      title: text('Captagon laboratory and onward route', 'Laboratoire de captagon et filière d’acheminement', 'Laboratorio de captagón y ruta de salida', 'مختبر كبتاغون ومسار التهريب'),
      summary: text('Locate and watch the laboratory, follow lorry and container across borders, strike all sites at one H-hour.', 'Localiser et surveiller le laboratoire, suivre camion et conteneur au-delà des frontières, intervenir partout à la même heure H.', 'Localizar y vigilar el laboratorio, seguir camión y contenedor a través de las fronteras, intervenir en todos los lugares a la misma hora H.', 'تحديد المختبر ومراقبته وتتبع الشاحنة والحاوية عبر الحدود ومداهمة جميع المواقع في ساعة صفر واحدة.'),
    },
    phases: [
      { id: 'build-up', title: text('Build-up', 'Mise en place', 'Preparación', 'التحضير'), state: 'over', closing: false, begun: stamp('Petra', 340), entry: [], tasks: [
        task('admit', 'liaison', admit, [['JO', 'done', '', 'Petra'], ['AE', 'done', '', 'Dune'], ['CI', 'done', '', 'Cocoa'], ['FR', 'done', '', 'Mistral']]),
        task('safety-number', 'liaison', text('Safety number compared by voice', 'Numéro de sécurité comparé de vive voix', 'Número de seguridad comparado de viva voz', 'مقارنة رقم الأمان صوتيًا'), [['JO', 'done', '', 'Petra'], ['AE', 'done', '', 'Dune'], ['CI', 'done', '', 'Cocoa'], ['FR', 'accepted', '', 'Mistral']]),
      ] },
      { id: 'surveillance', title: text('Surveillance', 'Surveillance', 'Vigilancia', 'المراقبة'), state: 'over', closing: false, begun: stamp('Petra', 300), entry: [{ kind: 'task_done', met: true, title: admit }], tasks: [
        task('board', 'field', text('Laboratory, vehicles and persons on the board with identifiers', 'Laboratoire, véhicules et personnes au tableau avec identifiants', 'Laboratorio, vehículos y personas en el tablero con identificadores', 'إدراج المختبر والمركبات والأشخاص مع معرّفاتهم'), [[undefined, 'done', '', 'Falcon']]),
      ] },
      { id: 'decision', title: text('Decision', 'Décision', 'Decisión', 'القرار'), state: 'now', closing: false, begun: stamp('Petra', 70), in_spite: 'Container moves in two hours', entry: [{ kind: 'phase_begun', met: true, title: text('Surveillance', 'Surveillance', 'Vigilancia', 'المراقبة') }, { kind: 'targets', met: true, status: 'under_surveillance', at_least: 1 }], tasks: [
        task('warrants', 'liaison', warrants, [['JO', 'done', '', 'Petra'], ['AE', 'accepted', '', 'Dune'], ['CI', 'blocked', 'Parquet non joint', 'Cocoa'], ['FR', 'done', '', 'Mistral']], { due_ms: now - 10 * 60_000, overdue: true }),
        task('teams', 'liaison', teams, [['JO', 'done', '', 'Petra'], ['AE', 'assigned', ''], ['CI', 'assigned', ''], ['FR', 'assigned', '']], { due_ms: now + 25 * 60_000 }),
        task('in-position', 'field', text('In position and silent', 'En place, silence radio', 'En posición y en silencio', 'في المواقع وبصمت'), [[undefined, 'assigned', '']], { due_ms: now + 45 * 60_000, needs: [teams] }),
      ] },
      { id: 'strike', title: text('Strike', 'Intervention', 'Intervención', 'المداهمة'), state: 'ahead', closing: false, entry: [{ kind: 'go', met: false }, { kind: 'h_hour_set', met: true }, { kind: 'task_done', met: false, title: warrants }, { kind: 'h_hour_passed', met: false }], tasks: [
        task('hands-on', 'field', text('All sites entered at H-hour', 'Tous les sites investis à l’heure H', 'Todos los lugares intervenidos a la hora H', 'مداهمة جميع المواقع في ساعة الصفر'), [['JO', 'assigned', ''], ['AE', 'assigned', ''], ['CI', 'assigned', ''], ['FR', 'assigned', '']]),
      ] },
      { id: 'after', title: text('Exploitation', 'Exploitation', 'Explotación', 'الاستثمار'), state: 'ahead', closing: false, entry: [{ kind: 'hits_confirmed', met: true, at_least: 1 }], tasks: [] },
    ],
    h_hour: { at_ms: now + 55 * 60_000 + 12_000, stamp: stamp('Petra', 33) },
    digest: '3f0c9a41d2b7'.padEnd(64, '5'),
    decision: 'open',
    past_polls: [
      { called: stamp('Petra', 240), votes: [{ country: 'JO', choice: 'go', note: '', stamp: stamp('Petra', 239) }, { country: 'AE', choice: 'go', note: '', stamp: stamp('Dune', 236) }, { country: 'CI', choice: 'go', note: '', stamp: stamp('Cocoa', 236) }], carried_out: stamp('Petra', 230) },
      { called: stamp('Petra', 64), votes: [{ country: 'JO', choice: 'go', note: '', stamp: stamp('Petra', 64) }, { country: 'AE', choice: 'no_go', note: 'No team at the port yet', stamp: stamp('Dune', 60) }, { country: 'CI' }, { country: 'FR', choice: 'go', note: '', stamp: stamp('Mistral', 61) }], void_by: stamp('Mistral', 33) },
      { called: stamp('Petra', 30), votes: [{ country: 'JO', choice: 'go', note: '', stamp: stamp('Petra', 30) }, { country: 'AE' }] },
    ],
    aborted_delivered: [],
    aborted_waiting: [],
    past_aborts: [{ stamp: stamp('Falcon', 290), note: 'Helicopter of another service over the farm', resumed: stamp('Petra', 270) }],
    duties: [
      { role: 'coordinator', duties: text('Opens phases, calls the vote, sets H-hour; calls the operation off.', 'Ouvre les phases, demande le vote, fixe l’heure H ; annule l’opération.', 'Abre las fases, convoca la votación, fija la hora H; cancela la operación.', 'يفتح المراحل ويطلب التصويت ويحدد ساعة الصفر ويلغي العملية.') },
      { role: 'liaison', duties: text('Admits the own teams, votes for the country, answers checks from the national databases.', 'Admet ses équipes, vote pour son pays, répond aux vérifications à partir des bases nationales.', 'Admite a sus equipos, vota por su país, responde a las comprobaciones con las bases nacionales.', 'يقبل فرقه ويصوّت عن دولته ويجيب عن طلبات التحقق من قواعد البيانات الوطنية.') },
      { role: 'field', duties: text('Reports sightings, acknowledges hits, strikes at H-hour and not before.', 'Signale les observations, acquitte les concordances, intervient à l’heure H et pas avant.', 'Informa de avistamientos, acusa recibo de aciertos, actúa a la hora H y no antes.', 'يبلغ عن المشاهدات ويقر باستلام المطابقات ويداهم في ساعة الصفر لا قبلها.') },
    ],
    poll: { called: stamp('Petra', 5), votes: [{ country: 'JO', choice: 'go', note: '', stamp: stamp('Petra', 5) }, { country: 'AE' }, { country: 'CI', choice: 'hold', note: 'Attendons le parquet', stamp: stamp('Cocoa', 3) }, { country: 'FR', choice: 'go', note: '', stamp: stamp('Mistral', 2) }] },
    needs_my_vote: me === 'Dune',
    abort_when: [text('An officer is in danger', 'Un agent est en danger', 'Un agente está en peligro', 'ضابط في خطر'), text('The lorry has been lost for 30 minutes', 'Le camion est perdu depuis 30 minutes', 'El camión lleva 30 minutos perdido', 'فُقدت الشاحنة منذ ثلاثين دقيقة'), text('Civilians inside the blast radius of the solvents', 'Des civils dans le rayon d’explosion des solvants', 'Civiles dentro del radio de explosión de los disolventes', 'مدنيون داخل نطاق انفجار المذيبات')],
    handling_rules: [text('Third-party rule: nothing leaves the room without its owner’s consent', 'Règle du tiers : rien ne sort de la salle sans l’accord de son auteur', 'Regla de terceros: nada sale de la sala sin el consentimiento de su autor', 'قاعدة الطرف الثالث: لا يخرج شيء من الغرفة دون موافقة صاحبه')],
  };
}
