"""Pages of the admin."""

from flask import Blueprint

blueprint = Blueprint("shell", __name__)
