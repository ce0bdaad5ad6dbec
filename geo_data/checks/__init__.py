"""One look each at what a layer holds: a file per question. ``report`` collects what they find."""
