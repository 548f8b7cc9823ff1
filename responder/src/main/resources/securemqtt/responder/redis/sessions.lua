return sealed(live())
