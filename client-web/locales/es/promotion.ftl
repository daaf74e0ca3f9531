# Llevar a la sala un objetivo de un compartimento.
web-promotion-agree = Consentir por { $country }
web-promotion-agreed-by = Consentido por
web-promotion-answer = Mirarlo y responder
web-promotion-answer-again = Consentir a pesar de todo
web-promotion-answer-lead = { $who } quiere que toda la sala conozca este objetivo. Responde de él { $country }: sin su consentimiento se queda en el compartimento. Lo consentido no se retira.
web-promotion-ask = Proponerlo a toda la sala
web-promotion-ask-do = Pedir el consentimiento de { $country }
web-promotion-ask-lead = Esto solo pide. Nada sale del compartimento hasta que { $country }, que responde del objetivo, haya consentido y alguien lo haya dicho en la sala.
web-promotion-exactly = Se diría exactamente esto
web-promotion-known = Verlo en la sala
web-promotion-new-readers = { $count ->
     [one] Se entera así: { $countries }.
    *[other] Se enteran así: { $countries }.
}
web-promotion-origin = Traído aquí desde un compartimento por
web-promotion-others = También en ello
web-promotion-readers = Lo lee toda la sala: { $countries }.
web-promotion-refuse = No consentir
web-promotion-refused-by = No consentido por
web-promotion-said-by = Dicho en la sala por
web-promotion-say = Decirlo en la sala
web-promotion-say-do = Decirlo a los { $count } países
web-promotion-say-lead = Está acordado. Lo firma este dispositivo, y lo dicho no se retira.
web-promotion-stays = Notas, equipo, avistamientos, fotos, aciertos y vínculos se quedan en el compartimento.
web-promotion-step-agreed = Consentido por { $country }; aún no dicho
web-promotion-step-refused = { $country } no consiente
web-promotion-step-said = La sala lo conoce
web-promotion-step-unagreed = Dicho en la sala SIN el consentimiento de { $country }
web-promotion-step-wanted = Espera el consentimiento de { $country }
web-promotion-there = En el compartimento es
web-promotion-title = Para toda la sala
web-promotion-waits = Espera su respuesta
web-promotion-wanted-by = Propuesto por
