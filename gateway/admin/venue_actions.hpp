// What an administrator asks of the venue, from the target of a request to a command: paths and
// parameters, checked as far as that is possible without the venue. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/admin/admin_desk.hpp"
#include "gateway/serve/api/target.hpp"
#include "gateway/venue/control_words.hpp"

namespace tickweir::gateway {

/// A request that can be handed to the venue's thread.
struct VenueAction {
    control::Command command;
    std::string name;  ///< such as `deposit`
    std::string of;    ///< what it is done to, such as an account; empty: the venue
    std::string what;  ///< all of it, for the log
    std::string who;
};

/// What there is to ask for; a path is `/v1/venue/` and then this.
///
///     accounts/NAME                  after=&limit=            (GET)
///     accounts/NAME/deposit          asset=&amount=
///     accounts/NAME/withdraw         asset=&amount=
///     instruments/SYMBOL/halt
///     instruments/SYMBOL/resume
///     trades/ID/bust
///     trades/ID/correct              price=&quantity=
///     kill                           session=&account=&instrument=, or all=yes
///     mode                           floor=L0..L5&ceiling=L0..L5
struct VenueRoute;

/// None: there is nothing at that path.
const VenueRoute* find_venue_route(const Target& target);
/// Whether it only asks: GET and HEAD, else POST.
bool is_question(const VenueRoute& route);

/// The action, or why the parameters make none (400).
std::variant<VenueAction, std::string> parse_venue_action(const VenueRoute& route,
                                                          const Target& target,
                                                          const AdminLimits& limits);

/// A parameter that goes into messages and logs: nothing but visible ASCII and blanks, or why not.
struct TextParameter {
    std::string text;
    std::string wrong;  ///< empty: nothing
};
TextParameter text_parameter(const Target& target, std::string_view name, std::size_t most);

}  // namespace tickweir::gateway
