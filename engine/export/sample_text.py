"""Plain texts of our own on which a decoder is measured while it is built: many kinds, few words.

Nothing here is about moods or taken from anywhere, so that no model is fitted to what it is later
judged by.
"""

MEASURED = (
    """The ferry leaves at a quarter past six. Anna had counted the coins twice before the window
opened, and still she asked the price of a return. "Nine forty," said the man, "or six if you stay
over there." She laughed and paid for the return. On the upper deck the wind pulled at the maps of
two cyclists, who argued about a bridge that one of them was sure had been closed since spring.
Behind the harbour the hills were dark already; only the lighthouse and the windows of the bakery
were lit. She thought about her grandmother's clock, which ran eleven minutes fast so that nobody
in the house would ever be late, and about the letter in her pocket that she had not answered.
    By seven the island was a line, then a shape, then trees. A boy threw the rope, missed, threw it
again. Nobody clapped, but the captain touched his cap.""",
    """User: How long do I boil an egg so that the yolk stays soft?
Assistant: About six minutes from the moment the water boils, for a medium egg out of the fridge.
Put it into cold water afterwards, or it goes on cooking.
User: And for four of them?
Assistant: The same time. Only use enough water, so that it keeps boiling when you add the eggs.
User: Thanks! What is 15 percent of 240?
Assistant: 36. You can take 10 percent, which is 24, and half of it, which is 12, and add the two.
User: Write a short reminder for my colleagues about the meeting on Thursday.
Assistant: Hello all, a short reminder: we meet on Thursday, 14 March, at 10:30 in room 204. Please
bring the list of open questions. If you cannot come, tell Mira by Wednesday. See you there!""",
    """def moving_average(values: list[float], width: int) -> list[float]:
    \"\"\"The mean of each window of `width` values.\"\"\"
    if width < 1:
        raise ValueError(f"width is {width}, which is less than 1")
    total = sum(values[:width])
    means = [total / width]
    for start in range(1, len(values) - width + 1):
        total += values[start + width - 1] - values[start - 1]
        means.append(total / width)
    return means

| city   | people    | since |
|--------|-----------|-------|
| Lisbon | 545,923   | 1147  |
| Turku  | 201,863   | 1229  |
{"name": "kettle", "price": 24.90, "tags": ["kitchen", "steel"], "stock": null}
SELECT title, year FROM books WHERE year > 1990 ORDER BY title LIMIT 20;""",
    """1. Soak the beans overnight. 2. Chop two onions and a carrot. 3. Fry them slowly in oil until
they are golden; that takes longer than one believes. 4. Add the beans, a bay leaf and water.
Der Zug nach Basel hat heute zwanzig Minuten Versp\u00e4tung. Wir bitten um Entschuldigung.
La biblioth\u00e8que ferme \u00e0 dix-huit heures, sauf le jeudi. El perro duerme bajo la mesa azul.
WATER, from Old English; compare German Wasser. The boiling point falls by about one degree Celsius
for every 300 metres of height. In 1854 John Snow drew a map of the wells of Soho; the deaths lay
thick around one pump. Dear Sir or Madam, I am writing to ask whether the room advertised on your
notice board is still free. Yours faithfully, T. Okafor. #garden #firsttry :-) 3 < 5, isn't it?""",
)

JUDGED = (
    """The clockmaker's shop stood between a bank and a shop for umbrellas, and it was said that no
two of his clocks agreed. He did not mind. "If you want to know the time," he told the children,
"ask the bank. Here you can hear it." In the afternoons he wound the tall ones with a key as long as
his arm, and in the evenings he oiled the small ones under a lamp. One day a woman came with a watch
that ran backwards. She did not want it repaired; she only asked how far back it would go. He held
it to his ear for a long while. Then he gave it back and said that it would stop in summer, at noon,
by the sea, and that she should be careful to be there. She thanked him, paid nothing, and left the
door open behind her. What do you think happened next? Nobody in the street agrees about it: the
banker says that she was never seen again, the umbrella seller says that she comes every year to
buy a parasol, and the clockmaker, when he is asked, winds another clock.""",
)
