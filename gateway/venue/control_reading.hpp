// What commands of other threads mean to the venue: their names become its ids, their numbers what
// its instruments count in, and what they want to see is looked up.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "book/exact/decimal.hpp"
#include "gateway/venue/control_words.hpp"
#include "txn/venue/command.hpp"

namespace tickweir::txn {
class Venue;
}

namespace tickweir::gateway {

/// On the venue's thread. Where something is wrong `answer` says what: bad_request or unknown.
class ControlReading {
public:
    /// The venue outlives it.
    explicit ControlReading(const txn::Venue& venue);

    /// What the venue is to execute. Requires a command that it executes: neither a view nor a
    /// mode.
    std::optional<txn::CommandBody> body_of(const control::Command& command,
                                            control::Answer& answer) const;

    /// Puts what it asks for, as it is now, into `answer`, whose LSN is set; false: it cannot.
    bool look(const control::ViewAccount& command, control::Answer& answer) const;
    bool look(const control::ViewBalance& command, control::Answer& answer) const;

private:
    using Names = std::map<std::string, std::uint32_t, std::less<>>;

    template <class Id>
    bool find(const Names& names, std::string_view kind, const std::string& name, Id& id,
              control::Answer& answer) const;
    template <class Body>
    std::optional<txn::CommandBody> move(const std::string& account, const std::string& asset,
                                         const book::exact::Decimal& amount,
                                         control::Answer& answer) const;
    std::optional<txn::CommandBody> correct(const control::Correct& command,
                                            control::Answer& answer) const;
    std::optional<txn::CommandBody> kill(const control::Kill& command,
                                         control::Answer& answer) const;

    const txn::Venue& venue_;
    Names accounts_;
    Names assets_;
    Names instruments_;
    Names sessions_;
};

}  // namespace tickweir::gateway
