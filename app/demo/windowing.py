"""What people look at first: quick keys on the Sell screen, segments on the Marketing tab."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.demo.calendar import at_hour
from db.queries import demo as queries
from db.queries.demo import BulkLoad

_PAGES = (
    (
        "Café",
        (
            "Flat white", "Latte", "Cappuccino", "Americano", "Espresso", "Filter coffee", "Mocha", "Oat milk",
            "Extra shot", "Breakfast tea", "Earl Grey", "Chai latte", "Hot chocolate", "Butter croissant",
            "Almond croissant", "Pain au chocolat", "Cinnamon bun", "Chocolate brownie", "Carrot cake slice",
        ),
    ),
    (
        "Lunch",
        (
            "Ham and Coolea toastie", "Caprese sandwich", "Chicken Caesar wrap", "Falafel wrap", "Pastrami on rye",
            "Soup of the day", "Quiche with salad", "Sausage roll", "Potato salad", "Slaw", "Hummus tub 200 g",
            "Sparkling water 330 ml", "Still water 500 ml", "Elderflower pressé", "Cold-pressed apple juice",
        ),
    ),
    (
        "Deli",
        (
            "Coolea mature", "Cashel Blue", "Comté 18 months", "Manchego 12 months", "Parmigiano Reggiano 24 months",
            "Brie de Meaux", "Prosciutto di Parma", "Cooked ham off the bone", "Smoked salmon", "Nocellara olives",
            "Kalamata olives", "Sourdough loaf", "Baguette", "Soda bread", "Celebration cake to order", "Catering",
        ),
    ),
)  # fmt: skip


def quick_keys(load: BulkLoad, by_name: dict[str, int]) -> None:
    """Three pages of tiles, and on the first one the gift card."""
    pages: list[tuple[object, ...]] = []
    tiles: list[tuple[object, ...]] = []
    for number, (name, wanted) in enumerate(_PAGES, start=1):
        pages.append((number, None, name, number))
        found = [by_name[one] for one in wanted if one in by_name]
        tiles += [(number, place, product, None, "", "") for place, product in enumerate(found)]
    tiles.append((1, 19, None, "gift_card", "Gift card", "#2b6cb0"))
    load.add("quick_key_page", "id, outlet_id, name, position", pages)
    load.add("quick_key", "page_id, position, product_id, action, label, colour", tiles)


def segments(load: BulkLoad, until: date, vip: dict[int, date], opened: datetime) -> None:
    """VIP by hand since some day; the others as a rule would have put them in the night before."""
    last_night = at_hour(until - timedelta(days=1), 23.5)
    queries.add_segment(load, 1, "VIP", "Chosen by hand: first to hear of tastings.", "manual", opened, None)
    queries.put_in_by_hand(load, 1, [(customer, at_hour(day, 10)) for customer, day in vip.items()], staff_id=1)
    for number, (name, words) in enumerate(_RULES, start=2):
        queries.add_segment(load, number, name, words, "rule", opened, last_night)
    queries.put_in_high_value(load, 2, last_night)
    queries.put_in_frequent(load, 3, last_night, months_from=_month(until - timedelta(days=90)))
    queries.put_in_new(load, 4, last_night, since=last_night - timedelta(days=30))
    queries.put_in_at_risk(load, 5, last_night, quiet_since=last_night - timedelta(days=75))
    queries.count_members(load)


def _month(day: date) -> int:
    return day.year * 100 + day.month


_RULES = (
    ("High Value", "The tenth of customers who spent the most."),
    ("Frequent Buyer", "Six visits or more in the last three months."),
    ("New Customer", "Signed up in the last 30 days."),
    ("At-Risk", "Came five times or more, and not in the last 75 days."),
)
