"""The print map: a sheet with title, legend, scale bar, north arrow, facts and credits."""
