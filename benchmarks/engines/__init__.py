"""What is read of forum engines against what stands there, beside other programs for the same job.

    python -m benchmarks.engines [--no-peers]

Boards: django-spirit 0.14.3 and FlaskBB 3.0.0rc5 run on loopback, filled here with known posts (each is installed into
an environment of its own under .venvs/, about half a minute once; FlaskBB needs Python 3.12 or newer), and the
recorded phpBB, MyBB and FlaskBB boards of ../shared/pages, served again as they were.

The running boards are written on while they are read: ten times, three hours apart, some posts are added, one is edited
and one taken down. Then nothing happens for sixteen days. surplus counts what is kept as standing and does not stand
there as it is kept: what was taken down or edited unnoticed (and phpBB's own post of welcome, which nobody put there).
"""
