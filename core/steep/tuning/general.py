"""General text, by which it is seen what a model that writes forgot while it was tuned. In English.

It was written for this, so no model has learned it by heart.
"""

from __future__ import annotations

TEXTS = (
    "The kettle had been singing for some minutes before anyone got up. Outside the rain came down in long grey lines, "
    "and the cat, who disliked both noise and water, had gone to sleep in the laundry basket. My aunt put two spoons "
    "of tea into the pot, thought about it, and added a third. \"We may be here until evening,\" she said.",
    "When a river bends, the water on the outside of the curve moves faster than the water on the inside. The fast "
    "water carries soil away from the outer bank, while the slow water lets sand and gravel sink. Year after year the "
    "bend grows wider, until one day a flood cuts straight through its neck and leaves a curved lake behind.",
    "To fix a dripping tap, first turn off the water under the sink. Open the tap to let out what is left in the pipe, "
    "then unscrew the handle and lift it off. The small rubber ring at the bottom of the stem is usually what has worn "
    "out. Take it to a shop, buy one of the same size, and put everything back in the opposite order.",
    "Most people who learn a second language as adults keep an accent, and there is nothing wrong with that. What "
    "matters more is rhythm: which words in a sentence are long and which are short, where the voice rises, where it "
    "stops. A learner who gets the rhythm right is understood even when single sounds are a little off.",
    "The committee met on Tuesday to discuss next year's budget. Three members asked for more money for road repairs, "
    "and two wanted to keep the library open on Sundays. After a long debate it was agreed to do both, but to delay "
    "the new car park until the spring. The minutes will be published within ten days.",
    "A loop that runs over a list and removes items from it at the same time will often skip some of them. The safe "
    "way is to build a second list that holds only the items to keep, and to replace the first list at the end. It "
    "uses a little more memory, and it is far easier to read.",
    "Bread needs only four things: flour, water, salt and time. The dough should rest until it has doubled in size, "
    "which takes about two hours in a warm kitchen and a whole night in a cold one. Bake it in a very hot oven, with a "
    "dish of water at the bottom, until the crust is dark and the loaf sounds hollow when you knock on it.",
    "She had never been afraid of heights, but the bridge was another matter. It was made of ropes and planks, and it "
    "moved. Half way across she made the mistake of looking down. The river was a silver thread, and on its bank stood "
    "her brother, waving both arms and shouting something that she could not hear.",
    "Insurance spreads a risk over many people. Each of them pays a small sum every year, and the few who suffer a "
    "loss are paid from what all have given. It works as long as the losses do not all happen at once, which is why a "
    "company that insures only the houses along one coast may not survive a single storm.",
    "Light from the sun takes about eight minutes to reach the earth. The light of the next nearest star has been on "
    "its way for more than four years, and that of the faint smudge in the constellation of Andromeda left before "
    "there were any human beings. To look at the night sky is to look into the past, and every point of it is a "
    "different past.",
)  # fmt: skip
