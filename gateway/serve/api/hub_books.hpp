// Lets the API ask the hub for books.
#pragma once

#include "gateway/serve/api/market_api.hpp"
#include "gateway/serve/hub.hpp"

namespace tickweir::gateway {

class HubBooks final : public BookSource {
public:
    explicit HubBooks(Hub& hub) : hub_{hub} {}

    std::optional<std::string> book(book::InstrumentId instrument, unsigned depth,
                                    PendingAnswer pending, book::TimeNs now) override {
        return hub_.book(instrument, depth, pending, now);
    }

private:
    Hub& hub_;
};

}  // namespace tickweir::gateway
