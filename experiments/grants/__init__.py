"""How public grants are renewed, sized, awarded and shared between funders, fitted on real data.

Each data set is read strictly by one module that says what it drops; each question (renewal, size,
acceptance, overlap, volatility) is one module that turns a table into named statistics; `fit`
joins them and `bootstrap` gives the standard errors. docs/grants.md tells what came out.
"""
