"""The life of a sale: basket, tenders, completing, suspending, voiding, returns and exchange."""
