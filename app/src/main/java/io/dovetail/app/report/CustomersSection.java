package io.dovetail.app.report;

import io.dovetail.app.page.Markup;
import java.util.List;
import java.util.Locale;

/** Some customers: what they bought, what is recommended to them. */
final class CustomersSection {
    private CustomersSection() {}

    static void write(Markup page, List<ReportData.Customer> customers) {
        page.open("section").element("h2", "Recommended for");
        page.element(
                "p",
                "Some customers, chosen by lot among those with many purchases. What they had already is not"
                    + " recommended again; the item they went on to buy, which the model never saw, is marked where it"
                    + " is found.");
        page.open("div", "people");
        customers.forEach(customer -> writeCustomer(page, customer));
        page.close().close();
    }

    private static void writeCustomer(Markup page, ReportData.Customer customer) {
        page.open("article", "card");
        String country = customer.country().isEmpty() ? "" : " from " + customer.country();
        page.element("h3", "Customer " + customer.id() + country);
        page.element("p", "note", Numbers.count(customer.purchases()) + " items before; the latest:");
        page.open("ul", "bought");
        customer.bought().forEach(name -> page.element("li", name));
        page.close();
        page.element("p", "note", "Recommended:");
        page.open("ol", "suggestions");
        for (int place = 0; place < customer.suggestions().size(); place++) {
            ReportData.Suggestion suggestion = customer.suggestions().get(place);
            page.open("li", place + 1 == customer.rank() ? "found" : "other");
            page.element("span", suggestion.name()).text(" ");
            page.element(
                    "small", suggestion.category() + " · " + String.format(Locale.ROOT, "%.3f", suggestion.score()));
            page.close();
        }
        page.close();
        page.open("p", "outcome").text("Bought next: ").element("strong", customer.heldOut());
        page.text(customer.rank() > 0 ? " — number " + customer.rank() + " of the list" : " — not in this list");
        page.close().close();
    }
}
