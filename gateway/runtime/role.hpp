// A part of the gateway that works in turns. Which thread hosts which roles is configuration; a
// test hosts all of them in one thread in any order.
#pragma once

#include <optional>
#include <string_view>

#include "book/types.hpp"

namespace tickweir::gateway {

/// One owner of state. Every member but the constructor is called by the hosting thread only.
class Role {
public:
    Role() = default;
    Role(const Role&) = delete;
    Role& operator=(const Role&) = delete;
    virtual ~Role() = default;

    virtual std::string_view name() const = 0;

    /// Does a bounded amount of what there is to do. True if there was something.
    virtual bool turn(book::TimeNs now) = 0;

    /// Whether a turn would find something at once, asked before the thread sleeps.
    virtual bool has_work() const = 0;

    /// When the next turn is due even if nothing comes in; none: only when woken.
    virtual std::optional<book::TimeNs> next_due() const { return std::nullopt; }

    /// Stop taking in new work. The role is asked for turns until stopped() or a deadline.
    virtual void stop(book::TimeNs now) = 0;
    virtual bool stopped() const = 0;
};

}  // namespace tickweir::gateway
