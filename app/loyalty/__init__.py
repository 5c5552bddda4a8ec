"""Points: the programme, corrections by hand, expiry, a customer's history. A sale's points: app.checkout.points."""
