"""Templates to start from."""

from __future__ import annotations

from dataclasses import dataclass

AD = "Please mark posts with this code as advertising: #ad"


@dataclass(frozen=True, slots=True)
class Starter:
    name: str
    subject: str
    text: str
    disclosure: str = AD


STARTERS = (
    Starter(
        "Your code",
        "Your code for {{store_name}}: {{code}}",
        """Hi {{first_name|there}},

your own code for {{store_name}} is ready. It gives {{value}} off:

{{code}}

This link puts the discount in the basket by itself:

{{share_link}}

{{#minimum}}Orders have to come to {{minimum}} or more. {{/minimum}}{{#ends_on}}It works until {{ends_on}}.{{/ends_on}}

On your page you find the code, a QR code and how it is doing:

{{portal_link}}""",
    ),
    Starter(
        "Code that starts later",
        "From {{starts_on}}: your code for {{store_name}}",
        """Hi {{first_name|there}},

here is your code for {{store_name}}, for what you are planning. It gives {{value}} off, from {{starts_on}}\
{{#ends_on}} to {{ends_on}}{{/ends_on}}:

{{code}}

{{share_link}}""",
    ),
    Starter(
        "A gift for you",
        "Something for you from {{store_name}}",
        """Hi {{first_name|there}},

thank you for being part of {{campaign_name|our campaign}}. This code is for you \
alone{{#incentive}}: {{incentive}}{{/incentive}}

{{code}}

{{share_link}}

Your page, with everything in one place:

{{portal_link}}""",
        "",
    ),
    Starter(
        "Your code has changed",
        "Your new code for {{store_name}}: {{code}}",
        """Hi {{first_name|there}},

{{#old_code}}{{old_code}} has been replaced. {{/old_code}}From now on this is your code:

{{code}}

{{share_link}}

Everything you sold so far stays yours.""",
    ),
    Starter(
        "Your page",
        "Your page at {{store_name}}",
        """Hi {{first_name|there}},

this is your own page at {{store_name}}, with your codes and how they do. It needs no \
account: keep the link to yourself.

{{portal_link}}""",
        "",
    ),
)  # fmt: skip
