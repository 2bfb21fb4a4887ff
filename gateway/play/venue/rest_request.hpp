// Requests for order books over HTTP, as the venues take them. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/play/venue/catalog.hpp"
#include "gateway/serve/http_message.hpp"

namespace tickweir::gateway::venue {

struct BookRequest {
    std::string symbol;
    std::size_t levels = 0;  ///< a side, at most
};

/// What a request asks for, or the refusal in the venue's words: an unknown path (404), symbol or
/// limit (400), or another method (405).
std::variant<BookRequest, HttpResponse> read_book_request(const HttpRequest& request,
                                                          const Catalog& catalog);

/// The refusal where there is no book to be had: the capture has none, or none yet (503).
HttpResponse no_book(codecs::json::VenueId venue, std::string_view symbol);

}  // namespace tickweir::gateway::venue
