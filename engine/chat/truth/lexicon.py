"""Word lists by which questions and facts are told apart: kin, colours, times, verbs.

Words only. Everyday English; a word that is missing makes one answer less sure, never wrong.
"""


def listed(text: str) -> frozenset[str]:
    """The words of a text, as a list of them is easiest to read."""
    return frozenset(text.split())


MEN = listed("""
father dad daddy papa grandfather grandpa granddad brother son uncle nephew husband boyfriend
grandson king prince boy man lord stepfather fiancé
""")
WOMEN = listed("""
mother mum mom mama grandmother grandma granny sister daughter aunt auntie niece wife girlfriend
granddaughter queen princess girl woman lady stepmother fiancée
""")
PEOPLE = MEN | WOMEN | listed("""
parent parents child children kid kids sibling siblings twin twins cousin cousins partner spouse
lover fiance friend friends neighbour neighbor boss teacher mentor master mistress pupil student
apprentice assistant colleague captain commander doctor nurse priest monk abbot bishop knight
squire wizard witch innkeeper landlord landlady baker cook gardener farmer soldier sailor thief
merchant tailor smith blacksmith engineer officer coach teammate rival enemy stranger crew family
""")

_KIN = """
brother:brother sister:sister sibling:brother,sister twin:brother,sister,child
mother:mother mum:mother mom:mother mama:mother father:father dad:father daddy:father papa:father
parent:mother,father son:son boy:son daughter:daughter girl:daughter child:son,daughter,child
children:son,daughter,child kid:son,daughter,child baby:son,daughter,child
husband:husband wife:wife spouse:husband,wife,fiance partner:husband,wife,fiance,lover
fiancé:fiance fiancée:fiance fiance:fiance boyfriend:lover girlfriend:lover lover:lover
ex-husband:husband ex-wife:wife uncle:uncle aunt:aunt auntie:aunt nephew:nephew niece:niece
cousin:cousin grandfather:grandfather grandpa:grandfather granddad:grandfather
grandmother:grandmother grandma:grandmother granny:grandmother
grandparent:grandfather,grandmother grandson:grandson granddaughter:granddaughter
grandchild:grandson,granddaughter grandchildren:grandson,granddaughter
"""
KIN = {word: frozenset(kinds.split(",")) for word, _, kinds in
       (each.partition(":") for each in _KIN.split())}
"""Who a word of kinship may mean."""

COLOURS = listed("""
red blue green yellow black white brown grey gray orange purple pink violet turquoise golden gold
silver crimson scarlet beige ivory amber copper blond blonde ginger auburn hazel dark
""")

NUMBERS = listed("""
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
million dozen half once twice thrice single pair both none
""")
TIME_UNITS = listed("""
second seconds minute minutes hour hours day days week weeks month months year years decade
decades century centuries winter winters summer summers season seasons night nights evening
morning
""")
TIMES = listed("""
january february march april may june july august september october november december monday
tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays
saturdays sundays spring summer autumn fall winter midsummer midwinter christmas easter noon
midnight dawn dusk morning evening night afternoon weekend weekends ago yesterday today tomorrow
""")
LENGTHS = listed("""
inch inches foot feet yard yards mile miles metre metres meter meters centimetre centimetres
kilometre kilometres cm km tall
""")
WEIGHTS = listed("""
pound pounds stone kilo kilos kilogram kilograms gram grams ton tons tonne tonnes ounce ounces kg
""")
MONEY = listed("""
pound pounds dollar dollars euro euros cent cents penny pence coin coins gold silver crown crowns
shilling shillings franc francs yen rouble roubles rupee rupees salary wage wages rent pay paid
pays free nothing
""")

# The moment a question asks for, where a fact that always holds does not answer.
MOMENTS = listed("""
today tonight yesterday tomorrow morning first last second latest recently week month now lately
next
""")

CAUSES = listed("""
because since so for after due thanks therefore thus result reason hence why that's when
""")

# "Can you ...": a request, not a question about what one is able to do.
REQUESTS = listed("""
help pass hold explain give show guess hear imagine believe wait repeat stop come describe
recommend suggest think make lend open close bring fetch keep turn put leave forgive please tell
say let promise trust pretend see feel look move sit stand go start begin stay list name define
translate summarise summarize write check feed join spare do find get call send take spell
""")
# "Do you ...": about this talk, not about a life.
TALKING = listed("""
think mean suppose believe agree understand see hear want need mind feel wish reckon guess fancy
expect hope doubt realise realize promise swear imply care trust want
""")
# "Are you ...": how it is just now.
STATES = listed("""
ready sure okay ok alright right listening serious kidding joking free busy there here hungry
tired cold happy sad angry mad sorry well fine lost crazy coming going doing trying talking saying
looking thinking waiting laughing crying hiding asking telling joking leaving bored awake alive
certain comfortable excited upset worried thirsty early late surprised sick hurt warm interested
enjoying feeling up
""")
# "Your ...": of this talk, not of a life.
TALKED = listed("""
opinion view views advice help point question questions answer turn mind thoughts thought idea
ideas suggestion attention pardon pleasure welcome time
""")

_FORMS = """
be/was/were/been bear/bore/born beat/beaten become/became begin/began/begun bite/bit/bitten
break/broke/broken bring/brought build/built burn/burnt buy/bought catch/caught
choose/chose/chosen come/came die/died/dead/dying/death draw/drew/drawn dream/dreamt
drink/drank/drunk drive/drove/driven eat/ate/eaten fall/fell/fallen feed/fed feel/felt
fight/fought find/found fly/flew/flown/flight forget/forgot/forgotten get/got/gotten
give/gave/given go/went/gone grow/grew/grown hear/heard hide/hid/hidden hold/held keep/kept
know/knew/known learn/learnt leave/left lend/lent lie/lay/lain lose/lost/loss make/made
marry/married/marriage meet/met pay/paid read/reading ride/rode/ridden ring/rang/rung run/ran
say/said see/saw/seen sell/sold send/sent shoot/shot sing/sang/sung/song sit/sat sleep/slept
speak/spoke/spoken spend/spent stand/stood steal/stole/stolen swim/swam/swum take/took/taken
teach/taught tell/told think/thought throw/threw/thrown wake/woke/woken wear/wore/worn
win/won write/wrote/written
"""
IRREGULAR = {form: verb for verb, *forms in (word.split("/") for word in _FORMS.split())
             for form in forms}
"""Forms that endings do not betray, by what they come from."""
