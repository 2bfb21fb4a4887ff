// The keys of [sessions.NAME] and [limits].
#include "gateway/config/schema_ranges.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::int64_t orders_most = std::int64_t{1} << 30;

/// A field of how a session's client comes in.
template <auto Member>
constexpr Field fix() {
    return part<&VenueSessionConfig::fix, Member>();
}
/// A field of what it may send.
template <auto Member>
constexpr Field orders() {
    return part<&VenueSessionConfig::orders, Member>();
}

constexpr Key sessions[]{
    {"accounts", "That it may trade for; the first one is meant where an order names none.",
     field<&VenueSessionConfig::accounts>(), text(1, 64)},
    {"orders_max", "Open orders at one time.", field<&VenueSessionConfig::orders_max>(),
     between(1, orders_most)},
    {"comp_id", "The client's SenderCompID (49); empty: the session's name.",
     fix<&SessionFixConfig::comp_id>(), text(0, 64)},
    {"enabled", "Whether the client may log on from the start; `tickweir admin` can change it.",
     fix<&SessionFixConfig::enabled>()},
    {"password",
     "What a Logon has to say in 554: \"env:NAME\", \"file:PATH\" or the password itself, which "
     "is\n"
     "never printed. None, and no password_hash: no password is asked for.",
     fix<&SessionFixConfig::password>(), text(1, 4'096)},
    {"password_hash",
     "The same as `tickweir hash-password` hashes it ($scrypt$ln=14,r=8,p=1$SALT$HASH), or\n"
     "\"env:NAME\" or \"file:PATH\" of that. Never printed.",
     fix<&SessionFixConfig::password_hash>(), text(1, 4'096)},
    {"addresses",
     "Where the client may come from, as in \"10.1.0.0/16\" or \"::1\"; none: anywhere.",
     fix<&SessionFixConfig::addresses>(), text(1, 64)},
    {"reset", "How often both sequence numbers begin anew.", fix<&SessionFixConfig::reset>()},
    {"reset_time", "The time of day of that.", fix<&SessionFixConfig::reset_time>()},
    {"reset_day", "The day of a weekly reset.", fix<&SessionFixConfig::reset_day>()},
    {"opens", "The time of day from which the client may be logged on.",
     fix<&SessionFixConfig::opens>()},
    {"closes", "The time of day at which it is logged out; the same as opens: never.",
     fix<&SessionFixConfig::closes>()},
    {"timezone", "Of these times: a name of the system's database; empty: venue.timezone.",
     fix<&SessionFixConfig::timezone>(), text(0, 64)},
    {"cancel_on_disconnect",
     "Whether the session's orders are cancelled when its connection ends; a Logon's 8013 decides\n"
     "where it has one.",
     fix<&SessionFixConfig::cancel_on_disconnect>()},
    {"grace_ms", "Milliseconds from the end of the connection to those cancels.",
     fix<&SessionFixConfig::grace_ms>(), between(0, 3'600'000)},
    {"instruments", "That it may trade; none: all of the venue's.",
     orders<&SessionOrderConfig::instruments>(), text(1, 64), reloadable},
    {"sides", "That it may take: \"buy\", \"sell\"; none: both.",
     orders<&SessionOrderConfig::sides>(), text(1, 64), reloadable},
    {"order_types", "That it may send: \"market\", \"limit\", \"stop\", \"stop_limit\"; none: all.",
     orders<&SessionOrderConfig::order_types>(), text(1, 64), reloadable},
    {"quantity_max", "Of an order; 0: any.", orders<&SessionOrderConfig::quantity_max>(),
     between(0, 1'000'000'000'000), reloadable},
    {"notional_max", "Price times quantity of an order; 0: any.",
     orders<&SessionOrderConfig::notional_max>(), between(0, 10'000'000'000'000), reloadable},
    {"priority",
     "Whether its new orders are critical (P2): shed after those of all others.",
     orders<&SessionOrderConfig::priority>(),
     {},
     reloadable},
    {"orders_per_second",
     "New orders and replaces a second; cancels: twice as many. 0: limits.orders_per_second.",
     orders<&SessionOrderConfig::orders_per_second>(), between(0, 10'000'000), reloadable},
    {"orders_burst", "Of those at once; 0: limits.orders_burst.",
     orders<&SessionOrderConfig::orders_burst>(), between(0, 10'000'000), reloadable},
    {"disconnect_keeps_long_lived",
     "Whether GTC and GTD orders stay when the others are cancelled for a disconnection.",
     orders<&SessionOrderConfig::disconnect_keeps_long_lived>()},
    {"drop_copy", "Sessions whose execution reports it is sent as copies.",
     orders<&SessionOrderConfig::drop_copy>(), text(1, 64)},
};

constexpr Key limits[]{
    {"orders_per_second", "New orders and replaces of a session a second; cancels: twice as many.",
     field<&LimitsConfig::orders_per_second>(), between(1, 10'000'000), reloadable},
    {"orders_burst", "Of those at once.", field<&LimitsConfig::orders_burst>(),
     between(1, 10'000'000), reloadable},
    {"quota_per_second",
     "Of those, what is still taken from a session while others' are refused (mode L2).",
     field<&LimitsConfig::quota_per_second>(), between(1, 10'000'000), reloadable},
    {"quota_burst", "Of those at once.", field<&LimitsConfig::quota_burst>(),
     between(1, 10'000'000), reloadable},
    {"queries_per_second",
     "Status requests of a session a second, and as many for market data over FIX.",
     field<&LimitsConfig::queries_per_second>(), between(1, 10'000'000), reloadable},
    {"queries_burst", "Of those at once.", field<&LimitsConfig::queries_burst>(),
     between(1, 10'000'000), reloadable},
    {"breaches_max",
     "Messages beyond its limits, within breaches_s, before a session is logged out and its "
     "orders\n"
     "are cancelled.",
     field<&LimitsConfig::breaches_max>(), between(1, 1'000'000'000), reloadable},
    {"breaches_s", "Seconds.", field<&LimitsConfig::breaches_s>(), between(1, 3'600), reloadable},
    {"open_orders_max", "Orders and requests of all sessions that the FIX thread knows at a time.",
     field<&LimitsConfig::open_orders_max>(), between(1'024, orders_most)},
    {"closed_orders_max", "Orders that ended this day whose state it can still tell; the newest.",
     field<&LimitsConfig::closed_orders_max>(), between(16, orders_most)},
};

}  // namespace

std::span<const Key> session_keys() {
    return sessions;
}
std::span<const Key> limits_keys() {
    return limits;
}

}  // namespace tickweir::gateway
